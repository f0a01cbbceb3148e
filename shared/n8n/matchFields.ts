import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';

import type { Connector, KeyInfo } from '../connectors/connector';
import type { FieldInfo } from '../core/field';
import { aboutObject, describeField, type ListScope } from './objectLists';

/** Options of a match field: the ID and the fields made to identify a record first, then all that can be searched. */
export function loadMatchFields(scope: ListScope) {
	return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		// What an upsert matches by it also writes, or it would create the record again in every run.
		const isWritten = this.getCurrentNodeParameter('writeMode') === 'upsert';
		const fields = await aboutObject(
			this,
			scope,
			async (of, name) => await matchFields(of, name, isWritten),
		);
		return [...fields];
	};
}

async function matchFields(
	of: Connector,
	objectName: string,
	isWritten: boolean,
): Promise<INodePropertyOptions[]> {
	const [keys, fields] = await Promise.all([of.keys(objectName), of.fields(objectName)]);
	const byName = new Map(fields.map((field) => [field.name, field]));
	const named = new Set(keys.map(({ name }) => name));
	const others = fields.filter(
		({ name, searchable, creatable }) =>
			searchable && !named.has(name) && (creatable || !isWritten),
	);
	return [
		...keys.map((key) => ({
			name: key.label,
			value: key.name,
			description: describeKey(key, byName.get(key.name)),
		})),
		...others.map((field) => ({
			name: `${field.label} (${field.name})`,
			value: field.name,
			description: `Searched before writing · ${describeField(field)}`,
		})),
	];
}

const describeKey = ({ primary }: KeyInfo, field: FieldInfo | undefined): string =>
	primary || !field ? 'Given by Salesforce: only for records that are there' : describeField(field);
