/** `npm run test:review`: as many files as the review is meant for. */
import { reviewLarge } from './review-large.ts';

reviewLarge(300);
