import { NodeHelpers, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';

import { sourceCredentials, sourceProperties } from '../../nodes/SegmentDiff/sourceProperties';
import { stateStoreChoice } from '../../shared/n8n/storeProperties';

const properties = [...sourceProperties, stateStoreChoice];

describe('the slot for the Postgres credential', () => {
	const description = {
		properties,
		credentials: sourceCredentials,
	} as unknown as INodeTypeDescription;
	const isShown = (parameters: INodeParameters) => {
		const node = { parameters } as never;
		// As the engine and the editor do it: defaults first, also after each change of a parameter.
		const filled =
			NodeHelpers.getNodeParameters(properties, parameters, true, false, node, description) ?? {};
		return sourceCredentials.filter((slot) =>
			NodeHelpers.displayParameter(filled, slot, node, description),
		).length;
	};

	it.each([
		[{}, 0],
		[{ source: 'file' }, 0],
		[{ source: 'postgres' }, 1],
		[{ stateStore: 'postgres' }, 1],
		[{ source: 'postgres', stateStore: 'postgres' }, 1],
		[{ source: 'items', stateStore: 'embedded', usesPostgres: true }, 0],
	])('with %j there is so many: %i', (parameters, count) => {
		expect(isShown(parameters)).toBe(count);
	});

	it('leaves nothing in the workflow', () => {
		const parameters = { source: 'postgres', query: 'SELECT 1', usesPostgres: true };
		const saved = NodeHelpers.getNodeParameters(
			properties,
			parameters,
			false,
			false,
			{ parameters } as never,
			description,
		);
		expect(saved).toEqual({ source: 'postgres', query: 'SELECT 1' });
	});
});
