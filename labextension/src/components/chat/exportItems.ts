import { ExportFormat } from '../../api/types';
import { Trans } from '../../i18n';
import { MenuItem } from '../Menu';

/** One menu item for each kind of file. */
export function exportItems(trans: Trans, onExport: (format: ExportFormat) => void): MenuItem[] {
  const formats: [ExportFormat, string][] = [
    ['md', trans.__('Export as Markdown')],
    ['ipynb', trans.__('Export as notebook')],
    ['html', trans.__('Export as HTML')],
    ['txt', trans.__('Export as text')],
    ['json', trans.__('Export as JSON')]
  ];
  return formats.map(([format, label]) => ({ label, icon: 'download', run: () => onExport(format) }));
}
