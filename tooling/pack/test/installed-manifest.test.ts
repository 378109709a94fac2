import { expect, test } from 'vitest';
import { installedManifest } from '../src/installed-manifest.ts';

const manifest = {
  name: '@holdfast/some',
  exports: { '.': './src/index.ts', './inner': './src/room/inner.ts' },
  dependencies: { pg: 'catalog:' },
  devDependencies: { vitest: 'catalog:' },
  scripts: { make: 'node scripts/make.ts' },
};

test('what is exported is JavaScript with its declarations, and nothing of ours is left', () => {
  const built = (path: string) => ({ types: `${path}.d.ts`, default: `${path}.js` });
  expect(installedManifest(manifest)).toEqual({
    name: '@holdfast/some',
    exports: {
      '.': built('./dist/index'),
      './inner': built('./dist/room/inner'),
      './package.json': './package.json',
    },
    files: ['dist'],
    dependencies: { pg: 'catalog:' },
  });
});

test.each(['./main.js', './src/style.css', './test/given.ts'])(
  'an export that is not compiled is an error that names it: %s',
  (file) => {
    expect(() => installedManifest({ ...manifest, exports: { '.': file } })).toThrow(file);
  },
);
