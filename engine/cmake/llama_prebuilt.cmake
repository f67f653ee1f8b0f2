# Everything that differs between platforms: which prebuilt llama.cpp libraries to link and how the addon finds them.
#
# In: LACONIC_LLAMA_HEADERS (folder with include/ and ggml/include/), LACONIC_LLAMA_LIBRARIES (folder with the libraries).
# Out: target laconic_llama, function laconic_platform_addon(target).

if(NOT LACONIC_LLAMA_HEADERS OR NOT LACONIC_LLAMA_LIBRARIES)
    message(FATAL_ERROR "LACONIC_LLAMA_HEADERS and LACONIC_LLAMA_LIBRARIES have to be set; engine/build.mjs does that")
endif()

if(APPLE)
    set(library_suffix "dylib")
elseif(UNIX)
    set(library_suffix "so")
else()
    message(FATAL_ERROR "the prebuilt libraries of this platform have no import libraries to link against")
endif()

# The names carry a version (libllama.v0.4.0.so); helpers such as libllama-common are not wanted.
function(laconic_prebuilt_library result name)
    file(GLOB found "${LACONIC_LLAMA_LIBRARIES}/${name}.${library_suffix}"
                    "${LACONIC_LLAMA_LIBRARIES}/${name}.v*.${library_suffix}")
    list(LENGTH found count)
    if(NOT count EQUAL 1)
        message(FATAL_ERROR "expected one ${name} in ${LACONIC_LLAMA_LIBRARIES}, found: ${found}")
    endif()
    set(${result} "${found}" PARENT_SCOPE)
endfunction()

laconic_prebuilt_library(libllama libllama)
laconic_prebuilt_library(libggml libggml)
laconic_prebuilt_library(libggml_base libggml-base)

add_library(laconic_llama INTERFACE)
target_include_directories(laconic_llama SYSTEM INTERFACE
    "${LACONIC_LLAMA_HEADERS}/include" "${LACONIC_LLAMA_HEADERS}/ggml/include")
target_link_libraries(laconic_llama INTERFACE "${libllama}" "${libggml}" "${libggml_base}")

# The build never moves away from its package, so the folder's absolute path is good enough.
set(CMAKE_BUILD_RPATH "${LACONIC_LLAMA_LIBRARIES}")

function(laconic_platform_addon target)
    set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX ".node")
    if(APPLE)
        target_link_options(${target} PRIVATE -undefined dynamic_lookup)
    endif()
endfunction()
