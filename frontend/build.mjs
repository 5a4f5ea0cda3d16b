// Bundles everything the browser loads into the folder named on the command line:
//   node frontend/build.mjs <out>
// Names carry a content hash, so pages may be cached for ever; manifest.json maps the plain name to it.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = process.argv[2] ?? join(root, 'web/static/build');
const manifest = {};
// icon('name'), icon_name='name', badge(…, 'red', 'name'). Keep it equal to ICON_CALL in build.py.
const TONES = 'green|red|orange|blue|azure|purple|secondary';
const ICON_CALL = new RegExp(`(?:\\bicon\\(\\s*|icon_name=|'(?:${TONES})',\\s*)'([a-z0-9-]+)'`, 'g');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { metafile } = await esbuild.build({
  absWorkingDir: root,
  entryPoints: ['app.js', 'app.css', 'viewer.js', 'viewer.css'].map((name) => `frontend/src/${name}`),
  outdir: out,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: 'linked', // licence notices stay beside the bundles
  format: 'iife',
  target: ['chrome109', 'firefox115', 'safari16'],
  // Only woff2: every browser of the target reads it, and inlined fonts would treble the CSS.
  loader: { '.woff2': 'file', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.svg': 'empty' },
  logLevel: 'warning',
});

for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint) manifest[basename(entryPoint)] = basename(file);
}

// One SVG sprite of exactly the icons that templates and scripts name.
const sprite = iconSprite(iconNames());
const name = `icons-${createHash('sha256').update(sprite).digest('hex').slice(0, 8)}.svg`;
writeFileSync(join(out, name), sprite);
manifest['icons.svg'] = name;

writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest, null, 1));

/** Names of icons in all templates. */
function iconNames() {
  const names = new Set(readFileSync(join(root, 'frontend/icons.txt'), 'utf8').match(/^[a-z0-9-]+/gm));
  for (const file of readdirSync(join(root, 'templates'), { recursive: true })) {
    if (!file.endsWith('.html')) continue;
    const text = readFileSync(join(root, 'templates', file), 'utf8');
    for (const [, found] of text.matchAll(ICON_CALL)) names.add(found);
  }
  return [...names].sort();
}

function iconSprite(names) {
  const symbols = names.map((name) => {
    const svg = readFileSync(join(root, `node_modules/@tabler/icons/icons/outline/${name}.svg`), 'utf8');
    const inner = svg.replace(/^[\s\S]*?<svg[\s\S]*?>/, '').replace('</svg>', '').replace(/\s+/g, ' ').trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}
