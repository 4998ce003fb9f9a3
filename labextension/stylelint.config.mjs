const prefixed = '^(hljs(-[a-z_-]+)?|(jp|katex)(-[A-Za-z0-9]+(-[A-Za-z0-9]+)*(__[a-z-]+)?)?(-mod-[a-z-]+)?)$';

export default {
  extends: 'stylelint-config-standard',
  rules: {
    'color-no-hex': true,
    'color-named': 'never',
    'function-disallowed-list': ['rgb', 'rgba', 'hsl', 'hsla'],
    'selector-class-pattern': [prefixed, { message: 'Classes start with jp-LLMOps-' }],
    'custom-property-pattern': null,
    'no-descending-specificity': null,
    'declaration-empty-line-before': null
  },
  overrides: [
    {
      // the page has no JupyterLab around it, so its themes are where colours are written down
      files: ['style/theme-*.css'],
      rules: { 'color-no-hex': null, 'function-disallowed-list': null, 'color-named': null }
    }
  ]
};
