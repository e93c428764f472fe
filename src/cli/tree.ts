export interface TreeNode {
  readonly text: string;
  readonly children: readonly TreeNode[];
}

/** Draws a tree in lines, below a dot, as amtool does. */
export function drawTree(root: TreeNode): string {
  return `.\n${draw([root], '')}`;
}

function draw(nodes: readonly TreeNode[], indent: string): string {
  const last = nodes.length - 1;
  return nodes
    .map(({ text, children }, i) => {
      const [edge, below] = i === last ? ['└── ', '    '] : ['├── ', '│   '];
      return `${indent}${edge}${text}\n${draw(children, indent + below)}`;
    })
    .join('');
}
