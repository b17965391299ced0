/** The languages whose code is understood: their files, grammars, and which nodes declare what. */

export type Language = {
  name: string;
  /** File of the grammar, without `tree-sitter-` and `.wasm`. */
  grammar: string;
  /** Kind of declaration by the grammar's type of node. */
  declares: Readonly<Record<string, string>>;
  /** Declares only in the file or in a type, not in the body of a function. */
  outsideFunctions?: readonly string[];
  /** Nodes whose body is a function's. */
  functions: readonly string[];
};

const script: Omit<Language, 'name' | 'grammar'> = {
  declares: {
    function_declaration: 'function',
    generator_function_declaration: 'function',
    function_signature: 'function',
    class_declaration: 'class',
    abstract_class_declaration: 'class',
    interface_declaration: 'interface',
    type_alias_declaration: 'type',
    enum_declaration: 'enum',
    internal_module: 'namespace',
    module: 'namespace',
    method_definition: 'method',
    method_signature: 'method',
    abstract_method_signature: 'method',
    public_field_definition: 'property',
    field_definition: 'property',
    property_signature: 'property',
    variable_declarator: 'variable',
  },
  outsideFunctions: ['variable_declarator'],
  functions: [
    'function_declaration',
    'generator_function_declaration',
    'function_expression',
    'generator_function',
    'arrow_function',
    'method_definition',
  ],
};

const c: Omit<Language, 'name' | 'grammar'> = {
  declares: {
    function_definition: 'function',
    struct_specifier: 'struct',
    union_specifier: 'union',
    enum_specifier: 'enum',
    type_definition: 'type',
    preproc_def: 'macro',
    preproc_function_def: 'macro',
    declaration: 'declaration',
  },
  outsideFunctions: ['declaration', 'struct_specifier', 'union_specifier', 'enum_specifier'],
  functions: ['function_definition', 'lambda_expression'],
};

const languages: Readonly<Record<string, Language>> = {
  typescript: { name: 'TypeScript', grammar: 'typescript', ...script },
  tsx: { name: 'TypeScript (JSX)', grammar: 'tsx', ...script },
  javascript: { name: 'JavaScript', grammar: 'javascript', ...script },
  python: {
    name: 'Python',
    grammar: 'python',
    declares: {
      function_definition: 'function',
      class_definition: 'class',
      assignment: 'variable',
      type_alias_statement: 'type',
    },
    outsideFunctions: ['assignment'],
    functions: ['function_definition', 'lambda'],
  },
  go: {
    name: 'Go',
    grammar: 'go',
    declares: {
      function_declaration: 'function',
      method_declaration: 'method',
      type_spec: 'type',
      type_alias: 'type',
      const_spec: 'constant',
      var_spec: 'variable',
    },
    outsideFunctions: ['const_spec', 'var_spec'],
    functions: ['function_declaration', 'method_declaration', 'func_literal'],
  },
  rust: {
    name: 'Rust',
    grammar: 'rust',
    declares: {
      function_item: 'function',
      function_signature_item: 'function',
      struct_item: 'struct',
      enum_item: 'enum',
      union_item: 'union',
      trait_item: 'trait',
      impl_item: 'impl',
      mod_item: 'module',
      const_item: 'constant',
      static_item: 'static',
      type_item: 'type',
      associated_type: 'type',
      macro_definition: 'macro',
    },
    functions: ['function_item', 'closure_expression'],
  },
  java: {
    name: 'Java',
    grammar: 'java',
    declares: {
      class_declaration: 'class',
      interface_declaration: 'interface',
      enum_declaration: 'enum',
      record_declaration: 'record',
      annotation_type_declaration: 'annotation',
      method_declaration: 'method',
      constructor_declaration: 'constructor',
      field_declaration: 'field',
      constant_declaration: 'constant',
      enum_constant: 'constant',
    },
    functions: ['method_declaration', 'constructor_declaration', 'lambda_expression'],
  },
  c: { name: 'C', grammar: 'c', ...c },
  cpp: {
    name: 'C++',
    grammar: 'cpp',
    ...c,
    declares: {
      ...c.declares,
      class_specifier: 'class',
      namespace_definition: 'namespace',
      alias_declaration: 'type',
      concept_definition: 'concept',
      field_declaration: 'member',
    },
  },
  'c-sharp': {
    name: 'C#',
    grammar: 'c-sharp',
    declares: {
      namespace_declaration: 'namespace',
      file_scoped_namespace_declaration: 'namespace',
      class_declaration: 'class',
      struct_declaration: 'struct',
      interface_declaration: 'interface',
      enum_declaration: 'enum',
      record_declaration: 'record',
      delegate_declaration: 'delegate',
      method_declaration: 'method',
      constructor_declaration: 'constructor',
      property_declaration: 'property',
      event_declaration: 'event',
      event_field_declaration: 'event',
      field_declaration: 'field',
      enum_member_declaration: 'constant',
      local_function_statement: 'function',
    },
    functions: ['method_declaration', 'constructor_declaration', 'lambda_expression'],
  },
  ruby: {
    name: 'Ruby',
    grammar: 'ruby',
    declares: {
      class: 'class',
      module: 'module',
      method: 'method',
      singleton_method: 'method',
      assignment: 'constant',
    },
    outsideFunctions: ['assignment'],
    functions: ['method', 'singleton_method'],
  },
  php: {
    name: 'PHP',
    grammar: 'php',
    declares: {
      namespace_definition: 'namespace',
      class_declaration: 'class',
      interface_declaration: 'interface',
      trait_declaration: 'trait',
      enum_declaration: 'enum',
      function_definition: 'function',
      method_declaration: 'method',
      property_element: 'property',
      const_element: 'constant',
      enum_case: 'constant',
    },
    functions: ['function_definition', 'method_declaration', 'anonymous_function'],
  },
};

const idByExtension: Readonly<Record<string, string>> = {
  ...byExtension('typescript', 'ts mts cts'),
  ...byExtension('tsx', 'tsx'),
  ...byExtension('javascript', 'js mjs cjs jsx'),
  ...byExtension('python', 'py pyi'),
  ...byExtension('go', 'go'),
  ...byExtension('rust', 'rs'),
  ...byExtension('java', 'java'),
  ...byExtension('c', 'c'),
  // Headers are of either; the grammar of C++ takes both.
  ...byExtension('cpp', 'h cpp cc cxx c++ hpp hh hxx h++ ipp inl'),
  ...byExtension('c-sharp', 'cs'),
  ...byExtension('ruby', 'rb rake gemspec'),
  ...byExtension('php', 'php phtml'),
};

export const languageNames = Object.values(languages).map((language) => language.name);
export const grammarNames = Object.values(languages).map((language) => language.grammar);

/** The id of the language of a file, by its name. */
export function languageOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
  return Object.hasOwn(idByExtension, extension) ? idByExtension[extension] : undefined;
}

export function languageById(id: string): Language {
  const language = Object.hasOwn(languages, id) ? languages[id] : undefined;
  if (language === undefined) throw new Error(`There is no language ${id}`);
  return language;
}

function byExtension(id: string, extensions: string): Record<string, string> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, id]));
}
