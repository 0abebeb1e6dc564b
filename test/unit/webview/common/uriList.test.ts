import { expect, it } from 'vitest';

import { urisIn } from '../../../../webview/common/uriList.js';

it('a list of URIs has one a line, and comments', () => {
  expect(urisIn('# photos\r\nfile:///a%20b.jpg\r\nvscode-remote://host/c.png\r\n')).toEqual([
    'file:///a%20b.jpg',
    'vscode-remote://host/c.png',
  ]);
  expect(urisIn('')).toEqual([]);
});
