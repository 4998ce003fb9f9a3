import * as React from 'react';

import { ApiError, asApiError } from '../../api/errors';
import { ModelConfig } from '../../api/types';
import { Trans } from '../../i18n';
import { Problem } from '../Problem';
import { ChoiceDialog } from './ChoiceDialog';

export interface DeleteDialogProps {
  ids: readonly number[];
  configs: readonly ModelConfig[];
  /** How many sessions use each. */
  usage(ids: readonly number[]): Promise<ReadonlyMap<number, number>>;
  onDelete(ids: readonly number[]): Promise<void>;
  onClose(): void;
  trans: Trans;
}

/** Ask before configurations are deleted, and say by name what still uses them. */
export function DeleteDialog({
  ids,
  configs,
  usage,
  onDelete,
  onClose,
  trans
}: DeleteDialogProps): JSX.Element {
  const [used, setUsed] = React.useState<ReadonlyMap<number, number> | null>(null);
  const [problem, setProblem] = React.useState<ApiError | null>(null);
  const [busy, setBusy] = React.useState(false);
  const ask = React.useRef(usage);
  React.useEffect(() => {
    let wanted = true;
    ask.current(ids).then(
      counts => wanted && setUsed(counts),
      error => wanted && setProblem(asApiError(error))
    );
    return () => {
      wanted = false;
    };
  }, [ids]);
  const remove = async (): Promise<void> => {
    if (busy) {
      return;
    }
    setBusy(true);
    try {
      await onDelete(ids);
      onClose();
    } catch (error) {
      setProblem(asApiError(error));
      setBusy(false);
    }
  };
  const named = ids.map(id => ({ id, name: configs.find(config => config.id === id)?.name ?? `${id}` }));
  const deleteLabel = trans._n('Delete %1 model', 'Delete %1 models', ids.length);
  return (
    <ChoiceDialog
      trans={trans}
      title={
        named.length === 1
          ? trans.__('Delete “%1”?', named[0].name)
          : trans._n('Delete %1 model?', 'Delete %1 models?', named.length)
      }
      onClose={onClose}
      actions={[
        { label: trans.__('Cancel'), onPress: onClose },
        { label: busy ? trans.__('Deleting…') : deleteLabel, kind: 'danger', onPress: () => void remove() }
      ]}
    >
      <ul className="jp-LLMOps-deleteList">
        {named.map(({ id, name }) => (
          <li key={id}>
            <strong>{name}</strong>
            {' — '}
            {used === null ? trans.__('looking for what uses it…') : usageText(used.get(id) ?? 0, trans)}
          </li>
        ))}
      </ul>
      <p className="jp-LLMOps-hint">
        {trans.__('Chats keep their messages; those that used a deleted model ask for another one.')}
      </p>
      {problem && <Problem problem={problem} trans={trans} />}
    </ChoiceDialog>
  );
}

function usageText(sessions: number, trans: Trans): string {
  return sessions ? trans._n('used by %1 chat', 'used by %1 chats', sessions) : trans.__('nothing uses it');
}
