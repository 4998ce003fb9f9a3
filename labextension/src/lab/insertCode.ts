import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';

/**
 * Put code where the reader works: a new cell below the active one of the notebook used last, or at
 * the cursor of the text editor used last. False when neither is open.
 */
export function insertCode(
  code: string,
  notebooks: INotebookTracker | null,
  editors: IEditorTracker | null
): boolean {
  const notebook = notebooks?.currentWidget?.content;
  if (notebook?.model) {
    NotebookActions.insertBelow(notebook);
    notebook.activeCell?.model.sharedModel.setSource(code);
    return true;
  }
  const editor = editors?.currentWidget?.content.editor;
  editor?.replaceSelection?.(code);
  return editor !== undefined;
}
