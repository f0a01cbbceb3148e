import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fakerEN } from '@faker-js/faker';

import { poolFile, poolNames } from './contacts';

const poolSize = 5_000;

/**
 * Writes the words generated contacts are made of. Once and by the parent: inventing twenty million values, or
 * holding the inventor in memory, would hide what is measured.
 */
export function writePools(folder: string): void {
	fakerEN.seed(2026);
	const invent: Record<(typeof poolNames)[number], () => string> = {
		firstName: () => fakerEN.person.firstName(),
		lastName: () => fakerEN.person.lastName(),
		company: () => fakerEN.company.name(),
		jobTitle: () => fakerEN.person.jobTitle(),
		street: () => fakerEN.location.streetAddress(),
		city: () => fakerEN.location.city(),
		country: () => fakerEN.location.countryCode(),
		phone: () => fakerEN.phone.number(),
		birthdate: () =>
			fakerEN.date.birthdate({ refDate: '2026-01-01T00:00:00Z' }).toISOString().slice(0, 10),
		sentence: () => fakerEN.lorem.sentence(),
	};
	const pools = Object.fromEntries(
		poolNames.map((name) => [name, Array.from({ length: poolSize }, invent[name])]),
	);
	writeFileSync(path.join(folder, poolFile), JSON.stringify(pools));
}
