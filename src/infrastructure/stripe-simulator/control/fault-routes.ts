import { ControlError, done, type ControlParts, type ControlRoute } from './control-route';
import { json } from '../core/http';
import { DRILLS, type Drill } from '../faults/drills';
import { faultProblem, type FaultDefinition } from '../faults/fault-definition';
import { FAULT_KINDS } from '../faults/fault-kinds';
import { isActive, type Fault, type Faults } from '../faults/faults';

export function faultRoutes(parts: ControlParts): ControlRoute[] {
  const { faults } = parts.engine.parts;
  return [
    {
      method: 'GET',
      path: '/faults',
      does: 'lists the faults that are set, with how often each matched and struck',
      handle: () => json(200, faults.list().map(shown)),
    },
    {
      method: 'GET',
      path: '/faults/kinds',
      does: 'lists the kinds of faults, what each does and what else it takes',
      handle: () => json(200, FAULT_KINDS),
    },
    {
      method: 'POST',
      path: '/faults',
      does: 'sets a fault',
      takes: 'any',
      handle({ input }) {
        const problem = faultProblem(input);
        if (problem !== null) throw new ControlError(`${problem}.`);
        // Its members were looked at, one by one.
        return json(200, shown(faults.add(input as unknown as FaultDefinition)));
      },
    },
    { method: 'DELETE', path: '/faults', does: 'ends all faults', handle: () => done(() => faults.clear()) },
    {
      method: 'DELETE',
      path: '/faults/:id',
      does: 'ends a fault',
      handle({ values: { id = '' } }) {
        if (!faults.remove(id))
          throw new ControlError(`No fault '${id}' is set: GET /_simulator/faults lists them.`, 404);
        return json(200, {});
      },
    },
    ...drillRoutes(faults),
  ];
}

function drillRoutes(faults: Faults): ControlRoute[] {
  return [
    {
      method: 'GET',
      path: '/drills',
      does: 'lists the drills, what each sets, and whether it is on',
      handle: () =>
        json(
          200,
          Object.keys(DRILLS).map((name) => shownDrill(name, faults)),
        ),
    },
    {
      method: 'POST',
      path: '/drills/:name',
      does: 'begins a drill: sets its faults anew',
      handle({ values: { name = '' } }) {
        const drill = drillOf(name);
        faults.endDrill(name);
        return json(200, { name, does: drill.does, set: drill.faults.map((fault) => shown(faults.add(fault, name))) });
      },
    },
    { method: 'DELETE', path: '/drills', does: 'ends all drills', handle: () => done(() => faults.endDrill()) },
    {
      method: 'DELETE',
      path: '/drills/:name',
      does: 'ends a drill',
      handle({ values: { name = '' } }) {
        drillOf(name);
        return done(() => faults.endDrill(name));
      },
    },
  ];
}

function drillOf(name: string): Drill {
  const drill = Object.hasOwn(DRILLS, name) ? DRILLS[name] : undefined;
  if (drill !== undefined) return drill;
  throw new ControlError(`There is no drill '${name}': the drills are ${Object.keys(DRILLS).join(', ')}.`, 404);
}

function shownDrill(name: string, faults: Faults): object {
  const set = faults.list().filter(({ drill }) => drill === name);
  return { name, ...drillOf(name), active: set.some(isActive), set: set.map(shown) };
}

function shown(fault: Fault): object {
  return { ...fault, active: isActive(fault) };
}
