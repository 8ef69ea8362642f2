import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import ts from 'typescript-eslint'
import zones from './build/eslint-zones.js'

/** What a page must leave to the `<feature>.ts` beside it. */
const notInPages = [
  { name: 'fetch', message: 'A page holds no fetch: ask through the feature.' },
  { name: 'indexedDB', message: 'A page holds no IndexedDB: ask through the feature.' },
]

export default ts.config(
  { ignores: ['dist', 'src/api/schema.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    plugins: { guiyan: { rules: { zones } } },
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.vue'] },
    },
    rules: {
      'guiyan/zones': 'error',
      'no-undef': 'off', // the type checker does it, and knows the types
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
      // Line breaks belong to prettier.
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
    },
  },
  {
    files: ['src/**/*.vue'],
    rules: {
      'no-restricted-globals': ['error', ...notInPages],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/api/client', '**/shared/db', 'idb'], message: 'Ask through the feature.' },
          ],
        },
      ],
    },
  },
  { files: ['*.js', 'build/**', 'scripts/**'], languageOptions: { globals: globals.node } },
)
