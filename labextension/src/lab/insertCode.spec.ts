import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { insertCode } from './insertCode';

const insertBelow = vi.spyOn(NotebookActions, 'insertBelow');

/** A notebook whose cells are their sources; `insertBelow` makes the new cell the active one. */
function notebook(...cells: string[]) {
  const shown = { cells, active: 0 };
  const content = {
    model: {},
    activeCell: {
      model: { sharedModel: { setSource: (text: string) => void (shown.cells[shown.active] = text) } }
    }
  };
  insertBelow.mockImplementation(() => {
    shown.active += 1;
    shown.cells.splice(shown.active, 0, '');
  });
  return { shown, tracker: { currentWidget: { content } } as unknown as INotebookTracker };
}

function editor(replaceSelection?: (text: string) => void): IEditorTracker {
  return { currentWidget: { content: { editor: { replaceSelection } } } } as unknown as IEditorTracker;
}

const NO_NOTEBOOK = { currentWidget: null } as unknown as INotebookTracker;
const NO_EDITOR = { currentWidget: null } as unknown as IEditorTracker;

describe('insertCode', () => {
  beforeEach(() => void insertBelow.mockReset());

  it('CHAT-10 makes a cell below the active one and leaves the others alone', () => {
    const { shown, tracker } = notebook('import pandas', 'plot()');
    expect(insertCode('df.head()', tracker, null)).toBe(true);
    expect(shown.cells).toEqual(['import pandas', 'df.head()', 'plot()']);
  });

  it('CHAT-10 prefers the notebook where an editor is open too', () => {
    const write = vi.fn();
    const { shown, tracker } = notebook('x = 1');
    expect(insertCode('y = 2', tracker, editor(write))).toBe(true);
    expect(shown.cells).toEqual(['x = 1', 'y = 2']);
    expect(write).not.toHaveBeenCalled();
  });

  it('CHAT-10 writes at the cursor of the text editor where no notebook is open', () => {
    const write = vi.fn();
    expect(insertCode('y = 2', NO_NOTEBOOK, editor(write))).toBe(true);
    expect(write).toHaveBeenCalledWith('y = 2');
    expect(insertBelow).not.toHaveBeenCalled();
  });

  it('CHAT-10 says when there is nowhere to put the code', () => {
    expect(insertCode('y = 2', NO_NOTEBOOK, NO_EDITOR)).toBe(false);
    expect(insertCode('y = 2', null, null)).toBe(false);
  });
});
