import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { commandText, pathOfUri } from '../../../src/protocol/commandText.js';

describe('commandText', () => {
  it('leaves plain words as they are', () => {
    expect(commandText(['unpool', 'top', '/a/b.index', '--map', '3,17'])).toBe(
      'unpool top /a/b.index --map 3,17',
    );
  });

  it.skipIf(process.platform === 'win32')('is read by a shell as the words it was made of', () => {
    const words = ['two words', "it's", '$HOME', '`id`', 'a"b', '*', '', 'é 사진', 'a\\b', '#1', '~', '!x'];
    const program = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const read = execFileSync('/bin/sh', [
      '-c',
      `${commandText([process.execPath, '-e', program, '--', ...words])}`,
    ]);
    expect(JSON.parse(read.toString())).toEqual(words);
  });
});

describe('pathOfUri', () => {
  it.each([
    ['file:///home/me/a%20b/caf%C3%A9.onnx', '/home/me/a b/café.onnx'],
    ['file:///c%3A/models/net.onnx', 'c:/models/net.onnx'],
    ['file:///C:/models/net.onnx', 'C:/models/net.onnx'],
    ['file://server/share/net.onnx', '//server/share/net.onnx'],
    ['file:///a/100%25%23.png', '/a/100%#.png'],
  ])('%s is %s', (uri, path) => {
    expect(pathOfUri(uri)).toBe(path);
  });
});
