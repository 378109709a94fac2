/** What of a package.json this looks at. The rest goes through as it is. */
export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const source = /^\.\/src\/(.+)\.ts$/;

/**
 * The package.json that goes into a tarball: each source that the workspace runs has become its
 * JavaScript and its declarations, and what only we need is gone. The versions behind `workspace:`
 * and `catalog:` are put in by pnpm.
 *
 * @throws Error where an export is not a source below `src`
 * @example
 * installedManifest({ name: 'a', exports: { '.': './src/index.ts' } }).exports
 * // { '.': { types: './dist/index.d.ts', default: './dist/index.js' } }
 */
export function installedManifest(manifest: Manifest) {
  const { devDependencies: _ours, scripts: _run, ...kept } = manifest;
  const built = Object.entries(kept.exports).map(([path, file]) => [path, builtOf(file)] as const);
  return {
    ...kept,
    exports: { ...Object.fromEntries(built), './package.json': './package.json' },
    files: ['dist'],
  };
}

function builtOf(file: string) {
  const [, path] = source.exec(file) ?? [];
  if (path === undefined) {
    throw new Error(
      `exports: ${file} has to be a .ts file below ./src, which is what is compiled.`,
    );
  }
  return { types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` };
}
