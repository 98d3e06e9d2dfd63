/** Runs as it is: nothing in it reaches beyond Heddle. A test compiles it. */
export const SAMPLE = `# A first workflow: it asks a person, waits a moment, and greets.
name: hello
description: Asks a person whether to greet, and greets.
input:
  type: object
  properties:
    name: { type: string, default: world }
nodes:
  - key: ask
    type: human_gate
    config: { title: "Greet \${ input.name }?" }
  - key: breathe
    type: wait
    config: { duration: 2s }
  - key: greet
    type: transform
    config: { value: "Hello, \${ input.name }!" }
edges:
  - { from: ask, to: breathe }
  - { from: breathe, to: greet }
output: "\${ nodes.greet.output }"
`;
