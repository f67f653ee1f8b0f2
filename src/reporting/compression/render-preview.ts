import type { CompressionPreview } from '../../compression/index.js';
import { reportResources } from '../resources.js';
import { previewView } from './preview-view.js';

/** The preview as one HTML file without scripts: same preview, same bytes. */
export function renderCompressionPreview(preview: CompressionPreview): string {
  const { assets, templates } = reportResources();
  return templates.compression({ ...assets, ...previewView(preview) });
}
