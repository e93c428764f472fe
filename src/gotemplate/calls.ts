import type { ListNode, Template } from './nodes.ts';

/** The templates that a body calls by name, each once, branches that may never run included. */
function calledNames(list: ListNode | undefined, names = new Set<string>()): ReadonlySet<string> {
  for (const node of list?.nodes ?? []) {
    if (node.kind === 'template') names.add(node.name);
    else if (node.kind === 'if' || node.kind === 'with' || node.kind === 'range') {
      calledNames(node.list, names);
      calledNames(node.elseList, names);
    }
  }
  return names;
}

/** The template of this name and all that it calls, directly or not. */
export function reachedNames(name: string, lookup: (name: string) => Template | undefined): ReadonlySet<string> {
  const reached = new Set([name]);
  for (const next of reached) for (const called of calledNames(lookup(next)?.root)) reached.add(called);
  return reached;
}
