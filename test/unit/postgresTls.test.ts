import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import type { PostgresAccess } from '../../shared/state/postgresAccess';
import { PostgresStore } from '../../shared/state/postgresStore';
import { selfSigned } from '../sandbox/certificate';
import { usePostgres } from '../sandbox/postgres';

const trusted = getCACertificates('default');
afterEach(() => setDefaultCACertificates(trusted));

const find = async (access: PostgresAccess) => {
	const store = new PostgresStore(access, { schema: 'public', prefix: 'crm_sync_' });
	try {
		return await store.find('people');
	} finally {
		await store.close();
	}
};

describe('PostgresStore and TLS', () => {
	const certificate = selfSigned(['127.0.0.1']);
	const server = usePostgres(certificate);
	const admin = (changes: Partial<PostgresAccess>) => ({ ...server.admin, ...changes });

	it('talks to a server whose certificate is for its host, by an authority that is trusted', async () => {
		setDefaultCACertificates([certificate.cert]);
		expect(await find(admin({ tls: 'verified' }))).toBeUndefined();
	});

	it.each([
		['an authority nobody trusts', [], '127.0.0.1'],
		['a certificate for another host', [certificate.cert], 'localhost'],
	])('refuses %s, and says what to do', async (_, authorities, host) => {
		setDefaultCACertificates(authorities);
		await expect(find(admin({ tls: 'verified', host }))).rejects.toMatchObject({
			name: 'SyncError',
			code: 'config',
			message: expect.stringContaining('cannot be verified') as string,
			details: { hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string },
		});
	});

	it('encrypts with whoever answers, where SSL issues are to be ignored', async () => {
		setDefaultCACertificates([]);
		expect(await find(admin({ tls: 'unverified', host: 'localhost' }))).toBeUndefined();
	});
});

describe('PostgresStore and an expired certificate', () => {
	const certificate = selfSigned(['127.0.0.1'], new Date('2020-01-01'));
	const server = usePostgres(certificate);

	it('refuses it (test-servers:TS-9)', async () => {
		setDefaultCACertificates([certificate.cert]);
		await expect(find({ ...server.admin, tls: 'verified' })).rejects.toThrow('expired');
	});
});
