export { pipeline } from './pipeline.js';
export { redrive } from './redrive.js';
export { redriveTurn } from './redrive-turn.js';
export { startClaim } from './start-claim.js';
export { verify } from './verify.js';
