// The layers of docs/adr/0001-layers.md as rules. A feature may import features earlier in the data flow, through their index.
const flow = [
  'datasets', 'models', 'suites', 'runs', 'planning', 'execution', 'inference', 'scoring', 'results', 'steering', 'compression', 'comparisons', 'regressions', 'reporting',
];
const forwardAllowed = { runs: ['planning'], execution: ['inference', 'scoring'] };

const laterThan = (feature) => {
  const allowed = forwardAllowed[feature] ?? [];
  return flow.slice(flow.indexOf(feature) + 1).filter((later) => !allowed.includes(later));
};

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^src/domain/', '^node:crypto$', '^crypto$', 'node_modules/zod/'] },
    },
    {
      name: 'statistics-is-pure',
      severity: 'error',
      from: { path: '^src/statistics/', pathNot: '(\\.spec\\.ts|/testing/.*)$' },
      to: { pathNot: ['^src/statistics/'] },
    },
    {
      name: 'pure-features-have-no-framework',
      severity: 'error',
      from: { path: '^src/(planning|scoring)/', pathNot: '\\.spec\\.ts$' },
      to: { path: ['@nestjs', 'typeorm', 'bullmq', '^node:fs', '^fs$'] },
    },
    ...flow
      .filter((feature) => laterThan(feature).length > 0)
      .map((feature) => ({
        name: `${feature}-imports-nothing-later`,
        severity: 'error',
        from: { path: `^src/${feature}/`, pathNot: '\\.spec\\.ts$' },
        to: { path: `^src/(${laterThan(feature).join('|')})/` },
      })),
    {
      name: 'features-through-their-index',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/([^/]+)/.+', pathNot: ['^src/$1/', '^src/[^/]+/(index|testing)\\.ts$', '^src/platform/[^/]+/index\\.ts$', '^src/domain/[^/]+/index\\.ts$'] },
    },
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: ['^src/platform/', '^src/domain/'] },
    },
    {
      name: 'only-inference-native-loads-the-addon',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/inference/' },
      to: { path: '^src/inference/native/' },
    },
    {
      name: 'bullmq-only-in-queue-and-execution',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(platform/queue|execution)/' },
      to: { path: 'node_modules/(bullmq|@nestjs/bullmq)/' },
    },
    {
      name: 'handlebars-only-in-reporting',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/reporting/' },
      to: { path: 'node_modules/handlebars/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
