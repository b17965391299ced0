/** Scaled down to what a machine of two cores does in a minute; `npm run test:review` is the whole. */
import { reviewLarge } from './review-large.ts';

reviewLarge(60);
