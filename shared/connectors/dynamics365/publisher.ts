import { SyncError } from '../../core/errors';
import { isObject } from '../json';
import type { Api, Row } from './api';

/** What a write may create before its first record, and under whose name. */
export interface CreateOptions {
	readonly columns: boolean;
	readonly table: boolean;
	readonly key: boolean;
	/** Unique name of the unmanaged solution new parts become members of. */
	readonly solution: string;
	/** The prefix the solution's publisher is expected to have. */
	readonly prefix?: string;
}

/** A solution new parts can go to, and the prefix its publisher gives them. */
export interface Solution {
	readonly name: string;
	readonly label: string;
	readonly prefix: string;
}

/** The unmanaged solutions of the environment (dataverse 2.4, "Publisher prefix"). */
export async function readSolutions(api: Api): Promise<Solution[]> {
	const filter = encodeURIComponent('ismanaged eq false and isvisible eq true');
	const rows = await api.readAll(
		`solutions?$select=uniquename,friendlyname&$filter=${filter}&$expand=publisherid($select=customizationprefix)`,
	);
	return rows.flatMap(toSolution).sort((a, b) => a.label.localeCompare(b.label));
}

function toSolution({ uniquename, friendlyname, publisherid }: Row): Solution[] {
	const prefix = isObject(publisherid) ? publisherid.customizationprefix : undefined;
	if (typeof uniquename !== 'string' || typeof prefix !== 'string' || prefix === '') return [];
	const label = typeof friendlyname === 'string' && friendlyname !== '' ? friendlyname : uniquename;
	return [{ name: uniquename, label, prefix: prefix.toLowerCase() }];
}

/** The solution a person chose. One that cannot take new parts is refused before anything is created. */
export async function chosenSolution(api: Api, wanted: CreateOptions): Promise<Solution> {
	const name = wanted.solution.trim();
	if (name === '') {
		throw new SyncError(
			'config',
			'Create What Is Missing is on, and no solution is chosen for what it creates',
			{ hint: 'Choose it in the option Solution: its publisher gives new columns their prefix.' },
		);
	}
	const solutions = await readSolutions(api);
	const found = solutions.find((one) => one.name.toLowerCase() === name.toLowerCase());
	if (!found) {
		const names = solutions.map((one) => one.name).join(', ') || 'none';
		throw new SyncError('config', `Dynamics 365 has no unmanaged solution "${name}"`, {
			hint: `Solutions this application user sees: ${names}. The unique name counts, and managed solutions take no new parts.`,
		});
	}
	const prefix = (wanted.prefix ?? '').trim().replace(/_$/, '').toLowerCase();
	if (prefix !== '' && prefix !== found.prefix) {
		throw new SyncError(
			'config',
			`The publisher of the solution "${found.name}" has the prefix "${found.prefix}", not "${prefix}"`,
			{ hint: 'Choose another solution, or correct Publisher Prefix.' },
		);
	}
	return found;
}
