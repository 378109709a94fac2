/** Words that say nothing about what a file holds. */
const emptyWords = ['utils', 'util', 'helpers', 'helper', 'common', 'manager', 'service'];
const emptyName = new RegExp(`^(.+[-.])?(${emptyWords.join('|')})(\\.|$)`);

interface RuleContext {
  readonly filename: string;
  report(finding: { node: object; message: string }): void;
}

/** A lint rule of our own: a file is a noun or a verb, and never says only that it is of use. */
const rule = {
  create(context: RuleContext) {
    return {
      Program(node: object): void {
        const name = context.filename.split('/').at(-1) ?? '';
        if (!emptyName.test(name)) return;
        const message = `"${name}" does not say what is in it. Name the file after its subject.`;
        context.report({ node, message });
      },
    };
  },
};

export default { meta: { name: 'holdfast' }, rules: { 'file-name': rule } };
