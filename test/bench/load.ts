import { createRequire } from 'node:module';
import path from 'node:path';
import { LazyPackageDirectoryLoader } from 'n8n-core';

import { root } from '../n8n/places';
import { line, type Bench, type Figures } from './bench';
import { effortOf } from './segment';

const require = createRequire(path.join(root, 'package.json'));
/** Files of the build that hold nothing but a third-party SDK. */
const sdks = { msal: 'dist/shared/connectors/dynamics365/msal.js' } as const;
const sdkNames = Object.keys(sdks) as Array<keyof typeof sdks>;

/** What n8n does with the pack when it starts, and what the first use of a node adds. */
async function loadPack(): Promise<Figures> {
	const loader = new LazyPackageDirectoryLoader(root);
	const start = await effortOf(async () => await loader.loadAll());
	if (!loader.isLazyLoaded) throw new Error('n8n would load the whole pack: dist has no lists');
	const before = new Set(Object.keys(require.cache));
	const nodes = await effortOf(() => {
		for (const name of Object.keys(loader.known.nodes)) loader.getNode(name);
	});
	const added = Object.keys(require.cache).filter((file) => !before.has(file));
	const early = sdkNames.filter((name) => added.includes(path.join(root, sdks[name])));
	return {
		start: start.seconds * 1000,
		nodes: nodes.seconds * 1000,
		files: added.length,
		early: early.length,
	};
}

async function loadSdk(name: keyof typeof sdks): Promise<Figures> {
	const { seconds } = await effortOf(() => void require(path.join(root, sdks[name])));
	return { load: seconds * 1000 };
}

/** The built pack, loaded as n8n loads it. */
export const bench: Bench = {
	measures: {
		pack: { rounds: 5, run: loadPack },
		...Object.fromEntries(
			sdkNames.map((name) => [name, { rounds: 5, run: async () => await loadSdk(name) }]),
		),
	},
	lines: (read) => [
		line('loading the pack at the start of n8n', read('pack', 'start'), {
			unit: 'ms',
			target: { kind: 'atMost', number: 50 },
			note: 'its lists; n8n-core is there already',
		}),
		line('all nodes on first use', read('pack', 'nodes'), {
			unit: 'ms',
			note: `${read('pack', 'files').value} files`,
		}),
		line('SDKs loaded before their first use', read('pack', 'early'), {
			unit: 'SDKs',
			target: { kind: 'atMost', number: 0 },
		}),
		...sdkNames.map((name) =>
			line(`${name} on first use`, read(name, 'load'), { unit: 'ms', note: 'once per process' }),
		),
	],
};
