import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ICredentialDataDecryptedObject, INodeType } from 'n8n-workflow';

import { Dynamics365Changes } from '../../nodes/Dynamics365Changes/Dynamics365Changes.node';
import { Dynamics365Upsert } from '../../nodes/Dynamics365Upsert/Dynamics365Upsert.node';
import { FieldMapper } from '../../nodes/FieldMapper/FieldMapper.node';
import { FieldReplacement } from '../../nodes/FieldReplacement/FieldReplacement.node';
import { RecordFilter } from '../../nodes/RecordFilter/RecordFilter.node';
import { SegmentDiff } from '../../nodes/SegmentDiff/SegmentDiff.node';
import { root } from '../n8n/places';
import type { WorkflowDefinition } from '../n8n/workflow';
import type { EngineNode } from './engine';

type TemplateNode = WorkflowDefinition['nodes'][number];

const types: Readonly<Record<string, new () => INodeType>> = {
	dynamics365Changes: Dynamics365Changes,
	dynamics365Upsert: Dynamics365Upsert,
	fieldMapper: FieldMapper,
	fieldReplacement: FieldReplacement,
	recordFilter: RecordFilter,
	segmentDiff: SegmentDiff,
};
const prefix = 'n8n-nodes-crm-sync.';
const isOurs = ({ type }: TemplateNode) => type.startsWith(prefix);

/** Our nodes of a template, from the one that gets its rows to the one that writes them. */
export interface TemplateLine {
	readonly template: string;
	readonly nodes: readonly TemplateNode[];
}

/** Every line of every template that ends in a node of this type. */
export function linesTo(type: string): TemplateLine[] {
	const folder = path.join(root, 'workflows');
	return readdirSync(folder).flatMap((file) => {
		const workflow = JSON.parse(
			readFileSync(path.join(folder, file), 'utf8'),
		) as WorkflowDefinition;
		return workflow.nodes
			.filter((node) => node.type === prefix + type && !node.disabled)
			.flatMap((node) => linesFrom(workflow, [node]))
			.map((nodes) => ({ template: file, nodes }));
	});
}

/** Back along the first outputs, as long as the nodes are ours. */
function linesFrom(workflow: WorkflowDefinition, nodes: TemplateNode[]): TemplateNode[][] {
	const [first] = nodes;
	const before = workflow.nodes.filter((node) =>
		workflow.connections[node.name]?.main[0]?.some((wire) => wire.node === first.name),
	);
	const ours = before.filter(isOurs);
	if (ours.length === 0) return [nodes];
	return ours.flatMap((node) => linesFrom(workflow, [node, ...nodes]));
}

/** The nodes of a line as they are in the template, with credentials. */
export function engineNodes(
	{ nodes }: TemplateLine,
	credentials: Readonly<Record<string, ICredentialDataDecryptedObject>>,
): EngineNode[] {
	return nodes.map(({ name, type, parameters, id }) => {
		const NodeClass = types[type.slice(prefix.length)];
		if (!NodeClass) throw new Error(`No class for ${type}`);
		return { name, type: new NodeClass(), parameters, credentials, settings: { id } };
	});
}
