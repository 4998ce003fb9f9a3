import * as React from 'react';

import { ManualModel } from '../../api/client';
import { ApiError, asApiError } from '../../api/errors';
import { Trans } from '../../i18n';
import { ConfigFormStore } from '../../models/ConfigFormStore';
import { NO_MODELS, targetKey } from '../../models/ModelListStore';
import { FormPlace, ModelsRoom } from '../../models/ModelsRoom';
import { Problem } from '../Problem';
import { Skeleton } from '../Skeleton';
import { useStore } from '../useStore';
import { ChoiceDialog } from './ChoiceDialog';
import { ManualModelDialog } from './ManualModelDialog';
import { ModelForm } from './ModelForm';
import { Guard, ModelsAppWorkspace } from './ModelsApp';
import { VersionHistory } from './VersionHistory';

export interface ModelFormHostProps {
  room: ModelsRoom;
  workspace: ModelsAppWorkspace;
  place: number | 'new';
  /** Set to a guard that asks about unsaved changes while this form is open. */
  guard: React.MutableRefObject<Guard>;
  onPlace(place: FormPlace): void;
  onChanged(): void;
  trans: Trans;
}

const ADMIN = 'custom:llmops:admin';
const TYPING_PAUSE_MS = 500;

/** Opens the form of a place and shows it, or why it cannot be opened. */
export function ModelFormHost(props: ModelFormHostProps): JSX.Element {
  const { form, problem } = useOpenForm(props.room, props.place);
  if (problem) {
    return (
      <div className="jp-LLMOps-form">
        <Problem problem={problem} trans={props.trans}>
          <button type="button" className="jp-LLMOps-button" onClick={() => props.onPlace(null)}>
            {props.trans.__('Back to the list')}
          </button>
        </Problem>
      </div>
    );
  }
  if (!form) {
    return (
      <div className="jp-LLMOps-form">
        <Skeleton lines={6} label={props.trans.__('Loading…')} />
      </div>
    );
  }
  return <OpenForm {...props} form={form} />;
}

function OpenForm(props: ModelFormHostProps & { form: ConfigFormStore }): JSX.Element {
  const { room, workspace, form, trans, onPlace, onChanged } = props;
  const state = useStore(form);
  const list = useStore(room.list);
  const lists = useStore(room.modelLists);
  useStore(workspace.me);
  const [manual, setManual] = React.useState<string | null>(null);
  const [manualProblem, setManualProblem] = React.useState<string>();
  const [history, setHistory] = React.useState(false);
  const target = useModelTarget(room, form);
  const leaving = useLeaveGuard(form, state.dirty, props.guard);

  const save = async (): Promise<boolean> => {
    const saved = await form.save(trans);
    if (!saved) {
      return false;
    }
    workspace.toasts.success(trans.__('“%1” is saved', saved.name));
    onChanged();
    onPlace(saved.id);
    await room.list.saved(saved);
    return true;
  };
  const test = async (): Promise<void> => {
    await form.test();
    const { stored, dirty } = form.getSnapshot();
    if (stored && !dirty) {
      await room.list.refresh(stored.id);
    }
  };
  const canTest = (): boolean => form.getSnapshot().draft.model.trim() !== '';
  const allowHost = async (host: string): Promise<void> => {
    if (await room.policy.allow(host)) {
      workspace.toasts.success(trans.__('The host %1 is allowed now', host));
      form.edit({ endpoint: form.getSnapshot().draft.endpoint }); // its refusal no longer holds
      await Promise.all([target && room.modelLists.load(target, true), canTest() && form.test()]);
      return;
    }
    const problem = room.policy.getSnapshot().problem;
    workspace.toasts.error(problem?.message ?? '', problem?.remedy);
  };
  const rollback = async (version: number): Promise<void> => {
    try {
      const config = await form.rollback(version);
      if (config) {
        workspace.toasts.success(trans.__('Version %1 is in use again', `${version}`));
        onChanged();
        await room.list.saved(config);
      }
    } catch (error) {
      const problem = asApiError(error);
      workspace.toasts.error(problem.message, problem.remedy);
    }
  };
  const addManual = async (model: ManualModel): Promise<void> => {
    if (!target) {
      return;
    }
    try {
      await room.modelLists.addManual(target, model);
      form.chooseModel(model.id);
      setManual(null);
    } catch (error) {
      setManualProblem(asApiError(error).message);
    }
  };
  const openHistory = (): void => {
    setHistory(true);
    form.loadVersions().catch((error: unknown) => {
      setHistory(false);
      workspace.toasts.error(asApiError(error).message);
    });
  };
  const provider = list.providers.find(one => one.id === state.draft.providerId);
  return (
    <>
      {history && state.stored ? (
        <VersionHistory
          versions={state.versions}
          current={state.stored.version}
          onRollback={version => props.guard.current(() => void rollback(version))}
          onClose={() => setHistory(false)}
          trans={trans}
        />
      ) : (
        <ModelForm
          state={state}
          providers={list.providers}
          templates={list.templates}
          models={target ? (lists[targetKey(target)] ?? NO_MODELS) : NO_MODELS}
          onProvider={chosen => form.chooseProvider(chosen)}
          onEdit={change => form.edit(change)}
          onEditNumber={(id, text) => form.editNumber(id, text)}
          onTemplate={parameters => form.applyTemplate(parameters)}
          onModel={model => form.chooseModel(model)}
          onRefreshModels={() => target && void room.modelLists.load(target, true)}
          onAddManual={setManual}
          onTest={() => void test()}
          onStopTest={() => form.stopTest()}
          onSave={() => void save()}
          onDiscard={() => form.discard()}
          onClose={() => props.guard.current(() => onPlace(null))}
          onVersions={openHistory}
          onAllowHost={workspace.me.hasScope(ADMIN) ? host => void allowHost(host) : undefined}
          trans={trans}
        />
      )}
      {manual !== null && (
        <ManualModelDialog
          providerName={provider?.name ?? state.draft.providerId}
          start={manual}
          problem={manualProblem}
          onAdd={model => void addManual(model)}
          onClose={() => setManual(null)}
          trans={trans}
        />
      )}
      {leaving.asked && (
        <LeaveDialog
          name={state.draft.name || trans.__('New model')}
          onStay={leaving.stay}
          onDiscard={() => {
            form.discard();
            leaving.go();
          }}
          onSave={() => void save().then(saved => (saved ? leaving.go() : leaving.stay()))}
          trans={trans}
        />
      )}
    </>
  );
}

interface LeaveDialogProps {
  name: string;
  onStay(): void;
  onDiscard(): void;
  onSave(): void;
  trans: Trans;
}

function LeaveDialog({ name, onStay, onDiscard, onSave, trans }: LeaveDialogProps): JSX.Element {
  return (
    <ChoiceDialog
      trans={trans}
      title={trans.__('Save the changes to “%1”?', name)}
      onClose={onStay}
      actions={[
        { label: trans.__('Keep editing'), onPress: onStay },
        { label: trans.__('Discard changes'), kind: 'danger', onPress: onDiscard },
        { label: trans.__('Save'), kind: 'primary', onPress: onSave }
      ]}
    >
      <p>{trans.__('What you changed is not saved yet.')}</p>
    </ChoiceDialog>
  );
}

/** Keep the form of the place; a new configuration that has just been saved stays in its form. */
function useOpenForm(
  room: ModelsRoom,
  place: number | 'new'
): { form: ConfigFormStore | null; problem: ApiError | null } {
  const [opened, setOpened] = React.useState<{ form: ConfigFormStore; place: number | 'new' } | null>(null);
  const [problem, setProblem] = React.useState<ApiError | null>(null);
  const fits = opened && (opened.place === place || opened.form.getSnapshot().stored?.id === place);
  const shown = fits ? opened.form : null;
  React.useEffect(() => {
    if (shown) {
      setOpened(before => (before?.place === place ? before : { form: shown, place }));
      return undefined;
    }
    let wanted = true;
    setProblem(null);
    room.openForm(place).then(
      form => wanted && setOpened({ form, place }),
      error => wanted && setProblem(asApiError(error))
    );
    return () => {
      wanted = false;
    };
  }, [room, place, shown]);
  return { form: shown, problem };
}

/** Load the models of what the form points at; an endpoint being typed waits for a pause. */
function useModelTarget(room: ModelsRoom, form: ConfigFormStore): ReturnType<ModelsRoom['targetOf']> {
  const target = room.targetOf(useStore(form));
  const key = target ? targetKey(target) : '';
  const latest = React.useRef(target);
  latest.current = target;
  React.useEffect(() => {
    if (!key) {
      return undefined;
    }
    const timer = setTimeout(
      () => latest.current && void room.modelLists.load(latest.current),
      latest.current?.endpoint || latest.current?.apiKey ? TYPING_PAUSE_MS : 0
    );
    return () => clearTimeout(timer);
  }, [room, key]);
  return target;
}

/** Ask before unsaved changes are left behind, inside the panel and when the page is closed. */
function useLeaveGuard(
  form: ConfigFormStore,
  dirty: boolean,
  guard: React.MutableRefObject<Guard>
): { asked: boolean; stay(): void; go(): void } {
  const [pending, setPending] = React.useState<{ go(): void } | null>(null);
  React.useEffect(() => {
    guard.current = go => (form.getSnapshot().dirty ? setPending({ go }) : go());
    return () => {
      guard.current = go => go();
    };
  }, [form, guard]);
  React.useEffect(() => {
    if (!dirty) {
      return undefined;
    }
    const onUnload = (event: Event): void => event.preventDefault();
    window.addEventListener('beforeunload', onUnload);
    return () => window.removeEventListener('beforeunload', onUnload);
  }, [dirty]);
  return {
    asked: pending !== null,
    stay: () => setPending(null),
    go: () => {
      setPending(null);
      pending?.go();
    }
  };
}
