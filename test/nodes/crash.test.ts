import { testCrashes } from './crashCampaign';

testCrashes('SQLite');
