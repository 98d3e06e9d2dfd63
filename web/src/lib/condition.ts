/** A condition on one line. What the node before has put out is called just `output`: where the edge begins can be seen. */
export const shortCondition = (condition: string, from: string): string =>
  condition.replace(/\s+/g, ' ').trim().replaceAll(`nodes.${from}.output`, 'output') || '…';
