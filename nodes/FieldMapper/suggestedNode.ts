import type { IExecuteFunctions } from 'n8n-workflow';

import type { Suggestion } from '../../shared/core/suggest';
import type { MappingRow } from './mappingRows';
import { rawRows } from './mappingRows';

/**
 * A Field Mapper with the suggested rows behind the ones there are, as the text n8n's canvas pastes: what a
 * person pastes and looks at is confirmed by that, and nothing else is applied.
 */
export function suggestedNode(
	context: IExecuteFunctions,
	suggestions: readonly Suggestion[],
): string {
	const node = context.getNode();
	const keys = keyNames(context);
	const isKey = ({ field }: Suggestion) => keys.includes(field.name);
	const inOrder = [
		...suggestions.filter(isKey),
		...suggestions.filter((suggestion) => !isKey(suggestion)),
	];
	const rows = inOrder.map(({ source, field }): MappingRow => ({
		destinationField: field.name,
		source: `={{ ${pathText(source.path)} }}`,
		applyUpdates: true,
		options: {},
	}));
	const [x, y] = node.position;
	const pasted = {
		name: `${node.name} Suggested`,
		type: node.type,
		typeVersion: node.typeVersion,
		position: [x, y + 200],
		parameters: {
			...node.parameters,
			action: 'map',
			mappings: { values: [...rawRows(context), ...rows] },
		},
		...(node.credentials && { credentials: node.credentials }),
	};
	return JSON.stringify({ nodes: [pasted], connections: {} });
}

/** The key fields as far as they are chosen. */
export function keyNames(context: IExecuteFunctions): readonly string[] {
	return String(context.getNodeParameter('keyFields', 0, ''))
		.split(',')
		.map((name) => name.trim());
}

/** A source field as n8n writes it when it is dragged into a parameter. */
export function pathText(path: readonly string[]): string {
	const steps = path.map((name) =>
		/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `['${escaped(name)}']`,
	);
	return `$json${steps.join('')}`;
}

function escaped(name: string): string {
	return name.replace(/['\\]/gu, (letter) => `\\${letter}`);
}
