/** Places in France, as forms look them up. */
import { z } from 'zod';
import { CommuneCode } from './associations.ts';
import { Coordinates } from './directory.ts';

const Area = z.object({ code: z.string(), name: z.string() });

export const CommuneView = z
  .object({
    /** Of today; a code that was retired is answered with the commune that took it in. */
    code: CommuneCode,
    name: z.string(),
    postalCodes: z.array(z.string()),
    department: Area,
    region: Area.nullable(),
    /** The EPCI it belongs to, by SIREN. */
    epci: Area.nullable(),
    population: z.int(),
    coordinates: Coordinates.nullable(),
    /** False: `coordinates` are those of the places around it. */
    exact: z.boolean(),
  })
  .meta({ id: 'Commune' });
export type CommuneView = z.infer<typeof CommuneView>;
