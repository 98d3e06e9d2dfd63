/** What a new workflow may begin with. Each compiles; a test says so. */
export interface Template {
  title: string;
  says: string;
  text: string;
}

export const BLANK = 'name: new-workflow\n';

export const TEMPLATES: Template[] = [
  {
    title: 'A call and a decision',
    says: 'Reads something over HTTP, asks a person, and acts on a yes.',
    text: `name: call-and-decide
description: Reads something, asks a person, and acts on a yes.
nodes:
  - key: read
    type: tool_call
    config:
      tool: http
      request: { url: "https://example.org/orders" }

  - key: approve
    type: human_gate
    config:
      title: "Go on with status \${ nodes.read.output.status }?"
      show: "\${ nodes.read.output.body }"

  - key: act
    type: tool_call
    config:
      tool: http
      request:
        method: POST
        url: https://example.org/orders/confirm
        json: { decided_by: "\${ nodes.approve.output.decided_by }" }

edges:
  - { from: read, to: approve }
  - { from: approve, to: act }

output: "\${ nodes.act.output.body }"
`,
  },
  {
    title: 'For each of a list',
    says: 'Takes a list as input, calls something for each item, and counts.',
    text: `name: for-each
description: One call for each item of the input's list.
input:
  type: object
  required: [urls]
  properties:
    urls: { type: array, items: { type: string } }

nodes:
  - key: fetch
    type: map
    config:
      over: "\${ input.urls }"
      concurrency: 5
      tolerate: { percent: 10 }
      do:
        type: tool_call
        config:
          tool: http
          request: { url: "\${ item }" }

  - key: count
    type: transform
    config:
      value: { completed: "\${ nodes.fetch.output.completed }", failed: "\${ nodes.fetch.output.failed }" }

edges:
  - { from: fetch, to: count }

output: "\${ nodes.count.output }"
`,
  },
  {
    title: 'Ask an agent',
    says: 'Sends a question to an A2A agent; a person sees what it says when it is doubtful.',
    text: `name: ask-an-agent
description: An agent answers, and a person looks when the answer is short.
input:
  type: object
  required: [question]
  properties:
    question: { type: string }

nodes:
  - key: ask
    type: agent_call
    config:
      agent: https://agent.example.org
      message: "\${ input.question }"

  - key: look
    type: human_gate
    config:
      title: Is this answer good enough?
      show: "\${ nodes.ask.output.text }"

  - key: answer
    type: transform
    join: none_failed
    config:
      value: "\${ nodes.ask.output.text }"

edges:
  - { from: ask, to: answer }
  - { from: ask, to: look, condition: size(nodes.ask.output.text) < 80 }
  - { from: look, to: answer }

output: "\${ nodes.answer.output }"
`,
  },
];
