import path from 'node:path';
import type { Version } from './csvFile';
import { startDynamics, startSalesforceOrg, type Destination } from './destination';
import { writeModel } from './model';
import { writeOrganisations } from './organisations';

/** A template that is run, on a stand-in and files of its own. */
export interface Demo {
	template: string;
	start(): Promise<Destination>;
	/** Writes the files the template reads and returns their paths. */
	write(folder: string, version: Version): string[];
	runs: ReadonlyArray<{ title: string; version: Version }>;
}

const runs = (third: string): Demo['runs'] => [
	{ title: 'Run 1, everything is new', version: 'original' },
	{ title: 'Run 2, nothing changed', version: 'original' },
	{ title: `Run 3, ${third}`, version: 'edited' },
];

/** In the order a newcomer meets them. */
export const demos: readonly Demo[] = [
	{
		template: 'segment-to-dynamics365.json',
		start: startDynamics,
		write: (folder, version) => {
			const file = path.join(folder, 'organisations.csv');
			writeOrganisations(file, version);
			return [file];
		},
		runs: runs('one row edited, one refused, one gone'),
	},
	{
		template: 'model-to-salesforce.json',
		start: startSalesforceOrg,
		write: writeModel,
		runs: runs('a company and a person edited, one person refused'),
	},
];
