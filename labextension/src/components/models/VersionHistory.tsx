import * as React from 'react';

import { ModelConfig, ModelConfigVersion } from '../../api/types';
import { Trans } from '../../i18n';
import { changesBetween, FieldChange } from '../../models/configDiff';
import { Skeleton } from '../Skeleton';
import { TimeAgo } from './TimeAgo';

export interface VersionHistoryProps {
  /** Newest first; null: still loading. */
  versions: readonly ModelConfigVersion[] | null;
  current: number;
  onRollback(version: number): void;
  onClose(): void;
  trans: Trans;
}

/** The versions of a configuration as a timeline: what each changed, and the way back. */
export function VersionHistory({
  versions,
  current,
  onRollback,
  onClose,
  trans
}: VersionHistoryProps): JSX.Element {
  return (
    <section className="jp-LLMOps-versions" aria-label={trans.__('Versions')}>
      <header className="jp-LLMOps-row">
        <h3 className="jp-LLMOps-grow">{trans.__('Versions')}</h3>
        <button type="button" className="jp-LLMOps-button" onClick={onClose}>
          {trans.__('Close')}
        </button>
      </header>
      {versions === null ? (
        <Skeleton lines={4} label={trans.__('Loading the versions…')} />
      ) : (
        <ol className="jp-LLMOps-timeline">
          {versions.map((version, index) => (
            <li key={version.version} data-current={version.version === current || undefined}>
              <VersionEntry
                version={version}
                changes={changesOf(version, versions[index + 1])}
                current={version.version === current}
                onRollback={onRollback}
                trans={trans}
              />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

interface VersionEntryProps {
  version: ModelConfigVersion;
  changes: readonly FieldChange[];
  current: boolean;
  onRollback(version: number): void;
  trans: Trans;
}

function VersionEntry({ version, changes, current, onRollback, trans }: VersionEntryProps): JSX.Element {
  const at = version.changed_at ?? version.created_at;
  return (
    <>
      <div className="jp-LLMOps-row">
        <strong className="jp-LLMOps-num">{trans.__('Version %1', `${version.version}`)}</strong>
        {at && <TimeAgo at={at} trans={trans} />}
        <span className="jp-LLMOps-grow" />
        {current ? (
          <span className="jp-LLMOps-chip">{trans.__('in use')}</span>
        ) : (
          <button type="button" className="jp-LLMOps-button" onClick={() => onRollback(version.version)}>
            {trans.__('Go back to version %1', `${version.version}`)}
          </button>
        )}
      </div>
      {changes.length > 0 ? (
        <dl className="jp-LLMOps-diff">
          {changes.map(change => (
            <div key={change.field}>
              <dt>{change.field.replace('parameters.', '')}</dt>
              <dd>
                {change.before && <del>{change.before}</del>} {change.after && <ins>{change.after}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="jp-LLMOps-hint">{trans.__('The first version')}</p>
      )}
    </>
  );
}

function changesOf(version: ModelConfigVersion, before?: ModelConfigVersion): FieldChange[] {
  if (version.changes) {
    return version.changes.map(change => ({
      field: change.field,
      before: text(change.before),
      after: text(change.after)
    }));
  }
  return before ? changesBetween(before.data ?? {}, version.data ?? ({} as Partial<ModelConfig>)) : [];
}

function text(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
