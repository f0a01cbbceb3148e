import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { ICredentialType } from 'n8n-workflow';

import { passOn, runWorkflow, startWorkflow, testNode } from './engine';

describe('the engine of these tests', () => {
	it('n8n:4.6 runs onExecutionFinish, also on cancel, and passes the signal on', async () => {
		const seen: string[] = [];
		let started!: () => void;
		const running = new Promise<void>((resolve) => (started = resolve));
		const waiting = testNode('waiting', async function () {
			this.onExecutionFinish?.(async () => void seen.push(`finished ${this.getExecutionId()}`));
			await new Promise<void>((resolve) => {
				this.getExecutionCancelSignal()?.addEventListener('abort', () => resolve());
				started();
			});
			seen.push('cancelled');
			return [this.getInputData()];
		});
		const run = startWorkflow({
			seed: [{ a: 1 }],
			executionId: '77',
			nodes: [
				{ name: 'Waiting', type: waiting },
				{ name: 'After', type: passOn() },
			],
		});
		await running;
		run.cancel();
		const ended = await run.done;
		await ended.handlersEnded();
		expect(ended.status).toBe('canceled');
		expect(ended.runs('After')).toBe(0);
		expect(seen.sort()).toEqual(['cancelled', 'finished 77']);
	});

	it('n8n:4.1 wires outputs, hands out credentials and counts the runs of a node', async () => {
		const split = testNode(
			'split',
			async function () {
				const { apiKey } = await this.getCredentials('stubApi');
				return [[{ json: { apiKey } }], [{ json: { workflow: this.getWorkflow().id } }]];
			},
			{ outputs: ['main', 'main'], credentials: [{ name: 'stubApi' }] },
		);
		const run = await runWorkflow({
			seed: [{ a: 1 }],
			workflowId: 'w1',
			nodes: [
				{ name: 'Split', type: split, credentials: { stubApi: { apiKey: 'k' } } },
				{ name: 'Both', type: passOn() },
			],
			wires: [
				{ from: 'Seed', to: 'Split' },
				{ from: 'Split', to: 'Both' },
				{ from: 'Split', output: 1, to: 'Both' },
			],
		});
		expect(run.executed).toEqual(['Seed', 'Split', 'Both', 'Both']);
		expect(run.runs('Both')).toBe(2);
		expect(run.records('Both', 0, 0).concat(run.records('Both', 0, 1))).toEqual(
			expect.arrayContaining([{ apiKey: 'k' }, { workflow: 'w1' }]),
		);
	});

	it('n8n:5.1 fetches a token, sends it, and renews it after a 401', async () => {
		let tokens = 0;
		const asked: unknown[] = [];
		const server = createServer((request, response) => {
			asked.push(request.headers.authorization);
			response.statusCode = request.headers.authorization === 'Bearer token 2' ? 200 : 401;
			response.setHeader('Content-Type', 'application/json').end('{"ok":true}');
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
		const tokenApi: ICredentialType = {
			name: 'tokenApi',
			displayName: 'Token',
			properties: [
				{
					displayName: 'Token',
					name: 'token',
					type: 'hidden',
					typeOptions: { expirable: true },
					default: '',
				},
			],
			preAuthentication: async () => ({ token: `token ${++tokens}` }),
			authenticate: {
				type: 'generic',
				properties: { headers: { Authorization: '=Bearer {{ $credentials.token }}' } },
			},
		};
		const caller = testNode(
			'caller',
			async function () {
				const call = this.helpers.httpRequestWithAuthentication.bind(this);
				const answers = [await call('tokenApi', { url }), await call('tokenApi', { url })];
				return [answers.map((json) => ({ json }))];
			},
			{ credentials: [{ name: 'tokenApi' }] },
		);
		const run = await runWorkflow({
			seed: [{}],
			credentialTypes: [tokenApi],
			nodes: [{ name: 'Caller', type: caller, credentials: { tokenApi: { token: '' } } }],
		});
		server.close();
		expect(run.error).toBeUndefined();
		expect(run.records('Caller')).toEqual([{ ok: true }, { ok: true }]);
		expect(asked).toEqual(['Bearer token 1', 'Bearer token 2', 'Bearer token 2']);
	});
});
