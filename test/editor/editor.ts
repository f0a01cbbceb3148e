import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import type { N8n } from '../n8n/connect';
import { owner } from '../n8n/environment';
import { workFolder } from '../n8n/places';
import type { WorkflowDefinition } from '../n8n/workflow';
import { findChromium } from './chromium';

const flags = [
	...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
	...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** A cold server compiles and sends the whole editor first (n8n: section 3). */
const firstPaint = 60_000;

/** How long a panel may take to show what a test waits for, and how long it must stand still. */
const patience = 20_000;
const stillness = 800;

/** The n8n editor in a headless browser, signed in. */
export interface Editor {
	page: Page;
	/** Stores the workflow if needed and shows its canvas. */
	openWorkflow(workflow: WorkflowDefinition): Promise<void>;
	/** Opens a node's panel on the canvas shown and returns it. */
	openNode(name: string): Promise<Locator>;
	/**
	 * The text of the panel that is open, once it shows all of `expected` and stands still: n8n
	 * draws a panel piece by piece as lists and types arrive. When that takes too long, the text
	 * as it is, so that a test can say what is missing.
	 */
	panelText(expected?: readonly string[]): Promise<string>;
	closeNode(): Promise<void>;
	/** Execute workflow, as a person does, until the run has ended. */
	execute(): Promise<void>;
	/** Any element by n8n's own test id. */
	element(testId: string): Locator;
	/** Saves what is on screen as .work/screens/<name>.png and returns the path. */
	screenshot(name: string): Promise<string>;
	close(): Promise<void>;
}

async function signedInPage(browser: Browser, { rest }: N8n): Promise<Page> {
	const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } });
	const { url, browserId } = rest;
	await context.request.post(`${url}/rest/login`, {
		data: { emailOrLdapLoginId: owner.email, password: owner.password },
		headers: { 'browser-id': browserId },
	});
	// n8n accepts the cookie only together with the browser id it was issued for.
	await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), browserId);
	return await context.newPage();
}

async function settledText(panel: Locator, expected: readonly string[]): Promise<string> {
	const end = Date.now() + patience;
	let text = await panel.innerText();
	let since = Date.now();
	while (Date.now() < end) {
		const complete = expected.every((part) => text.includes(part));
		if (complete && Date.now() - since >= stillness) break;
		await panel.page().waitForTimeout(100);
		const now = await panel.innerText();
		if (now !== text) since = Date.now();
		text = now;
	}
	return text;
}

const testId = (name: string) => `[data-test-id="${name}"]`;

function actions(page: Page, n8n: N8n): Omit<Editor, 'page' | 'close'> {
	const element = (name: string) => page.locator(testId(name));
	const panel = element('ndv');
	return {
		element,
		panelText: async (expected = []) => await settledText(panel, expected),
		openWorkflow: async (workflow) => {
			await page.goto(`${n8n.rest.url}/workflow/${await n8n.save(workflow)}`);
			await element('canvas-node').first().waitFor({ timeout: firstPaint });
			// The canvas fits its view shortly after the nodes appear; a click before that misses.
			await page.waitForTimeout(1500);
		},
		openNode: async (name) => {
			const box = page.locator(`${testId('canvas-node')}[data-node-name="${name}"]`);
			await box.dblclick();
			await panel.waitFor();
			await element('node-parameters').waitFor();
			return panel;
		},
		closeNode: async () => {
			await page.keyboard.press('Escape');
			await panel.waitFor({ state: 'detached' });
		},
		execute: async () => {
			const answer = page.waitForResponse((response) => response.url().endsWith('/run'));
			await element('execute-workflow-button').first().click();
			const { data } = (await (await answer).json()) as { data: { executionId: string } };
			await n8n.result(data.executionId);
			await page.waitForTimeout(500);
		},
		screenshot: async (name) => {
			const folder = path.join(workFolder, 'screens');
			mkdirSync(folder, { recursive: true });
			const file = path.join(folder, `${name}.png`);
			await page.screenshot({ path: file });
			return file;
		},
	};
}

/** Opens the editor of a running server. */
export async function openEditor(n8n: N8n): Promise<Editor> {
	const executablePath = findChromium();
	if (!executablePath) {
		throw new Error('No Chromium found: install one, or name it in CRMSYNC_CHROMIUM');
	}
	const browser = await chromium.launch({ executablePath, headless: true, args: flags });
	const page = await signedInPage(browser, n8n);
	return { page, ...actions(page, n8n), close: () => browser.close() };
}
