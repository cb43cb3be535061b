import { setTimeout as sleep } from 'node:timers/promises';
import { StayPolicyName } from '@relais/contracts/stay-policies';
import { z } from 'zod';
import type { Answer, Member } from './platform.ts';

/** How people stay in the places of a demo offer: by which policy, and what each place is called before its number. */
export const DemoStays = z.object({ policy: StayPolicyName, units: z.string() });

type Described = {
  readonly slug: string;
  readonly places: number;
  readonly stays: z.infer<typeof DemoStays>;
};

const countedWithinMs = 60_000;
const lookMs = 50;

/** Gives the offer its stay policy and each of its places a name. Safe to repeat. */
export async function namePlaces(
  keeper: Member,
  offer: string,
  { slug, places, stays }: Described,
): Promise<void> {
  const path = `/v1/offers/${offer}`;
  const post = async (to: string, body: object, key: string, etag?: string) => {
    const answer = await keeper.post(`${path}/${to}`, body, { key, etag });
    if (answer.status >= 300) throw new Error(`${key}: ${JSON.stringify(answer.body)}`);
  };
  const counted = await untilCounted(keeper, path);
  const { policy } = stays;
  if (counted.body.policy !== policy) {
    await post('stay-policy', { policy }, `demo-stay-policy-${slug}`, counted.etag);
  }
  await Promise.all(
    Array.from({ length: places }, (_, n) =>
      post('units', { label: `${stays.units} ${n + 1}` }, `demo-unit-${slug}-${n + 1}`),
    ),
  );
}

/** The places of a counted offer are there a moment after it. */
async function untilCounted(keeper: Member, path: string): Promise<Answer> {
  const deadline = performance.now() + countedWithinMs;
  for (;;) {
    const answer = await keeper.get(`${path}/places`);
    if (answer.status === 200) return answer;
    if (performance.now() > deadline) throw new Error(`${path}: its places are not counted`);
    await sleep(lookMs);
  }
}
