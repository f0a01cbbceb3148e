/**
 * design:9 no secret and no token in any message, log line, execution, hint, item or file: a run of each kind
 * on an n8n of its own that logs all it can, then a search for everything that was secret.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { INode } from 'n8n-workflow';
import { connect, type N8n } from '../n8n/connect';
import type { Run } from '../n8n/execution';
import { workFolder } from '../n8n/places';
import { startServer, type N8nServer } from '../n8n/server';
import { chain, core, type WorkflowDefinition } from '../n8n/workflow';
import { startDataverse, type DataverseSandbox } from '../sandbox/dataverse';
import { credentialData } from '../sandbox/dynamicsCredential';
import { filesIn, leaksIn, makeKeyPair, pemLines, watchSignIn } from './secretsWatch';
import {
	airport,
	airports,
	diffNode,
	setRows,
	source,
	summary,
	writerNode,
	type SyncWorld,
} from './syncLine';

jest.setTimeout(180_000);

const right = 'R1ght/secret+with&every=kind "of" character~%20';
const wrong = 'Wr0ng&other/secret+of an=unlike "kind" %21!';
/** Not secret: what the search must find, or it finds nothing at all. */
const marker = 'A name nobody else has, 4711';
const type = 'crmSyncDynamics365Api';
const [known, stranger] = [makeKeyPair(), makeKeyPair()];
const { tokens, assertions } = watchSignIn();

let org: DataverseSandbox;
let server: N8nServer;
let n8n: N8n;
let userFolder: string;
/** What n8n answered, as the editor shows it. */
const answers: string[] = [];
const workflowIds = new Set<string>();

const withCertificate = ({ certificate, privateKey, passphrase }: typeof known) => ({
	credentialType: 'certificate',
	...{ certificate, privateKey, passphrase },
});

async function lineWith(name: string, form: object, rest: Partial<INode> = {}) {
	const data = { ...credentialData(org), ...form };
	const credential = await n8n.createCredential(type, name, data);
	const tested = await n8n.rest.post('/credentials/test', { credentials: { ...credential, data } });
	answers.push(JSON.stringify(tested));
	const options = { batchSize: 2 };
	const writer = writerNode({ credential } as SyncWorld, { options }, rest);
	return chain(name, [core.start(), source(airports(6)), diffNode(name), writer]);
}

async function run(workflow: WorkflowDefinition): Promise<Run> {
	const done = await n8n.run(workflow);
	workflowIds.add(done.workflowId);
	answers.push(JSON.stringify([done.error, done.hints('Diff'), done.hints('Writer')]));
	return done;
}

/** The nth request from here on is answered so. */
const onWrite = (effect: Parameters<DataverseSandbox['faults']['add']>[0]['effect'], times = 1) =>
	org.faults.add({ effect, url: /batch|Multiple/, nth: 2, times });

beforeAll(async () => {
	mkdirSync(workFolder, { recursive: true });
	userFolder = mkdtempSync(path.join(workFolder, 'n8n-secrets-'));
	org = await startDataverse({
		clientSecret: right,
		certificates: [{ thumbprint: known.thumbprint, publicKey: known.certificate }],
	});
	server = await startServer({ userFolder, env: { N8N_LOG_LEVEL: 'debug' } });
	n8n = await connect(server.url);
});

afterAll(async () => {
	await server.stop();
	await org.close();
	rmSync(userFolder, { recursive: true, force: true });
});

describe('runs with secrets', () => {
	test('success, a token revoked half-way, throttling and a token refused for good', async () => {
		const line = await lineWith('Right secret', { clientSecret: right });
		setRows(line, [...airports(6), airport('LONG', { name: 'x'.repeat(500) })]);
		const first = await run(line);
		expect(summary(first)).toMatchObject({ created: 6, rejected: 1 });

		for (const effect of [
			{ kind: 'revokedToken' },
			{ kind: 'throttle', limit: 'requests', retryAfter: 1 },
		] as const) {
			onWrite(effect);
			setRows(
				line,
				airports(6).map((row) => ({ ...row, name: `${marker} ${effect.kind}` })),
			);
			expect(summary(await run(line))).toMatchObject({ updated: 6 });
		}

		org.faults.add({ effect: { kind: 'revokedToken' }, url: /api.data/, times: 1000 });
		setRows(line, [...airports(6), airport('NEW')]);
		expect((await run(line)).error?.message).toMatch(/token|401/i);
		org.faults.clear();
		expect(tokens.size).toBeGreaterThan(1);
	});

	test.each<[string, Partial<INode>]>([
		['stops', {}],
		['continues', { onError: 'continueErrorOutput' }],
	])('a wrong secret, and the node %s', async (name, rest) => {
		const done = await run(await lineWith(`Wrong secret, ${name}`, { clientSecret: wrong }, rest));
		expect(JSON.stringify(done.error ?? done.items('Writer', 1))).toMatch(/AADSTS7000215|secret/i);
	});

	test('a certificate that is known, one that is not, and one without its passphrase', async () => {
		const good = await lineWith('Certificate', withCertificate(known));
		expect(summary(await run(good))).toMatchObject({ updated: 6 });
		const other = await lineWith('Other certificate', withCertificate(stranger));
		expect((await run(other)).error?.message).toMatch(/certificate/i);
		const form = { ...withCertificate(known), passphrase: wrong };
		const locked = await lineWith('Locked certificate', form);
		expect((await run(locked)).error?.message).toMatch(/certificate|private key/i);
		expect(assertions.size).toBeGreaterThan(1);
	});
});

describe('what is left of them', () => {
	const secrets = () =>
		new Map([
			['the client secret', [right]],
			['the wrong client secret', [wrong]],
			['an access token', [...tokens].map((token) => token.replace(/^stand-in\./, ''))],
			['a client assertion', [...assertions]],
			['the private key', [known, stranger].flatMap((pair) => pemLines(pair.privateKey))],
			['the certificate', [known, stranger].flatMap((pair) => pemLines(pair.certificate))],
			['the passphrase', [known.passphrase]],
		]);
	const leaks = (text: Buffer) => leaksIn(text, secrets());
	const files = () => filesIn(userFolder, ['.cache', 'nodes', 'pack']);
	const filesNamed = (name: RegExp) => files().filter((file) => name.test(file));

	test('design:9 the search finds what is there', () => {
		const found = (file: string) => readFileSync(file).includes(marker);
		expect(filesNamed(/database\.sqlite/).some(found)).toBe(true);
		const form = new URLSearchParams({ token: [...tokens][0]!, client_secret: right });
		const text = Buffer.from(String(form));
		expect(leaks(text)).toEqual(['the client secret', 'an access token']);
	});

	test('design:9 every execution with its items, errors and hints', async () => {
		const texts: string[] = [];
		const { results } = await n8n.rest.get<{ results: Array<{ id: string }> }>(
			'/executions?limit=100',
		);
		for (const { id } of results) {
			texts.push(JSON.stringify(await n8n.rest.get(`/executions/${id}`)));
		}
		expect(texts.length).toBeGreaterThanOrEqual(9);
		expect(texts.join()).toContain(marker);
		expect(leaks(Buffer.from(texts.join()))).toEqual([]);
	});

	test('design:9 what the editor was told, tests of the credential included', async () => {
		answers.push(JSON.stringify(await n8n.rest.get('/credentials')));
		for (const id of workflowIds) {
			answers.push(JSON.stringify(await n8n.rest.get(`/workflows/${id}`)));
		}
		expect(answers.join()).toMatch(/AADSTS7000215|secret/);
		expect(leaks(Buffer.from(answers.join()))).toEqual([]);
	});

	test.each([
		['the log', /n8n\.log$/],
		["n8n's database with the stored executions", /database\.sqlite/],
		['the state of the syncs', /crm-sync[\\/]state\.sqlite/],
		['every other file of n8n', /^(?!.*(n8n\.log|\.sqlite))/],
	])('design:9 %s', (_, name) => {
		const found = filesNamed(name);
		expect(found).not.toEqual([]);
		const leaking = found.map((file) => [path.basename(file), leaks(readFileSync(file))]);
		expect(leaking.filter(([, names]) => names!.length > 0)).toEqual([]);
	});
});
