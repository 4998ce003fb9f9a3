import * as React from 'react';

import { Trans } from '../../i18n';
import { ManualModel } from '../../api/client';
import { CAPABILITIES, Capability } from '../../models/modelSearch';
import { ChoiceDialog } from './ChoiceDialog';
import { Field } from './Field';
import { capabilityNames } from './ModelPicker';

export interface ManualModelDialogProps {
  providerName: string;
  /** What was typed into the search. */
  start: string;
  /** Why the last try was refused, field by field. */
  problem?: string;
  onAdd(model: ManualModel): void;
  onClose(): void;
  trans: Trans;
}

/** Describe a model that the provider does not list. */
export function ManualModelDialog(props: ManualModelDialogProps): JSX.Element {
  const { providerName, start, problem, onAdd, onClose, trans } = props;
  const [id, setId] = React.useState(start);
  const [context, setContext] = React.useState('');
  const [capabilities, setCapabilities] = React.useState<readonly Capability[]>(['chat']);
  const names = capabilityNames(trans);
  const length = Number(context);
  const contextWrong = context.trim() !== '' && !(Number.isInteger(length) && length > 0);
  const add = (): void => {
    if (id.trim() && !contextWrong) {
      const model = id.trim();
      onAdd({
        id: model,
        name: model,
        capabilities: [...capabilities],
        context_length: context.trim() ? length : null
      });
    }
  };
  return (
    <ChoiceDialog
      trans={trans}
      title={trans.__('Add a model to %1', providerName)}
      onClose={onClose}
      actions={[
        { label: trans.__('Cancel'), onPress: onClose },
        { label: trans.__('Add model'), kind: 'primary', onPress: add }
      ]}
    >
      <Field
        label={trans.__('Model id')}
        name="id"
        help={trans.__('Exactly as the provider’s API expects it.')}
        problem={id.trim() ? problem : trans.__('Type the id of the model.')}
        required
      >
        {ids => (
          <input
            {...ids}
            className="jp-LLMOps-input"
            value={id}
            onInput={event => setId(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field
        label={trans.__('Context length (tokens)')}
        name="context_length"
        help={trans.__('Leave it empty when you do not know it.')}
        problem={contextWrong ? trans.__('This must be a whole number above 0.') : undefined}
      >
        {ids => (
          <input
            {...ids}
            className="jp-LLMOps-input"
            inputMode="numeric"
            value={context}
            onInput={event => setContext(event.currentTarget.value)}
          />
        )}
      </Field>
      <fieldset className="jp-LLMOps-checks">
        <legend>{trans.__('It can do')}</legend>
        {CAPABILITIES.map(capability => (
          <label key={capability}>
            <input
              type="checkbox"
              checked={capabilities.includes(capability)}
              onChange={() => setCapabilities(toggled(capabilities, capability))}
            />
            {names[capability]}
          </label>
        ))}
      </fieldset>
    </ChoiceDialog>
  );
}

function toggled(list: readonly Capability[], one: Capability): readonly Capability[] {
  return list.includes(one) ? list.filter(other => other !== one) : [...list, one];
}
