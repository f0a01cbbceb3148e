import { createRequire } from 'node:module';
import path from 'node:path';
import type { INodeType, VersionedNodeType } from 'n8n-workflow';

import { n8nFolder } from '../n8n/places';

const require = createRequire(path.join(n8nFolder, 'node_modules/n8n/package.json'));

/** One of n8n's own nodes, from the pinned n8n, in its newest version. */
export function n8nNode(file: string): INodeType {
	const name = path.basename(file, '.node.js');
	const classes = require(`n8n-nodes-base/dist/nodes/${file}`) as Record<
		string,
		new () => INodeType | VersionedNodeType
	>;
	const found = classes[name];
	if (!found) throw new Error(`n8n-nodes-base has no class ${name} in ${file}`);
	const node = new found();
	return 'nodeVersions' in node ? node.getNodeType() : node;
}
