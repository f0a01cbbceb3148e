import { useSalesforce } from '../sandbox/useSalesforce';
import { campaign } from './salesforceCampaign';
import { bulkLanes } from './salesforceKnobs';

const org = useSalesforce();

describe('by Bulk: a run through every fault knob, and one clean run, end as the oracle says (issue 7, salesforce:S25, S29)', () =>
	campaign(org, bulkLanes));
