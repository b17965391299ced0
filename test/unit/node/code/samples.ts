/** A small file in each language, what it declares, and what it imports. */

export const samples: readonly {
  file: string;
  text: string;
  declares: string;
  imports: string[];
}[] = [
  {
    file: 'A.java',
    text: `package com.x;
import java.util.List;
import static com.x.B.run;
public class A { int f, g = 1; A() {} void run() {} enum K { P, Q } interface J { void j(); } record R(int a) {} }
`,
    declares: `
class A 4
  field f 4
  field g 4
  constructor A 4
  method run 4
  enum K 4
    constant P 4
    constant Q 4
  interface J 4
    method j 4
  record R 4
`,
    imports: ['2 java.util.List', '3 com.x.B.run'],
  },
  {
    file: 'a.c',
    text: `#include <stdio.h>
#include "b.h"
#define N 3
#define F(x) x
struct S { int a; };
typedef struct { int q; } T;
enum K { P };
static int *run(int a) { struct S s; int class = 1; return 0; }
int proto(void);
int glob = 1, *other[3];
`,
    declares: `
macro N 3
macro F 4
struct S 5
type T 6
enum K 7
function run 8
function proto 9
variable glob 10
variable other 10
`,
    imports: ['1 stdio.h', '2 b.h'],
  },
  {
    file: 'a.cpp',
    text: `#include "b.hpp"
namespace n { template<class T> class A : public B { public: int f; void run(); static int g(int a) { return a; } ~A(); bool operator==(const A&) const; }; }
void n::A<int>::run() {}
using U = int;
enum class E { P };
`,
    declares: `
namespace n 2
  class A 2
    field f 2
    method run 2
    method g 2
    method ~A 2
    method operator== 2
function n::A<int>::run 3
type U 4
enum E 5
`,
    imports: ['1 b.hpp'],
  },
  {
    file: 'a.cs',
    text: `using System.Text;
using static X.Y;
namespace N { public class A : B { int f, g; public string P { get; set; } public A() {} void run() { } event E e; delegate void D(); enum K { X1 } } record R(int X); interface I {} struct S {} }
`,
    declares: `
namespace N 3
  class A 3
    field f 3
    field g 3
    property P 3
    constructor A 3
    method run 3
    event e 3
    delegate D 3
    enum K 3
      constant X1 3
  record R 3
  interface I 3
  struct S 3
`,
    imports: ['1 System.Text', '2 X.Y'],
  },
  {
    file: 'a.go',
    text: `package main
import (
  "fmt"
  x "example.com/m/pkg"
)
const (
	A = 1
	B = 2
)
var V, W int
type S struct { f int }
type I interface { M() }
func (s *S) run() {}
func main() { var local = 1; fmt.Println(local) }
`,
    declares: `
constant A 7
constant B 8
variable V 10
variable W 10
struct S 11
interface I 12
method run 13
function main 14
`,
    imports: ['3 fmt', '4 example.com/m/pkg'],
  },
  {
    file: 'a.js',
    text: `const fs = require('fs'); import x, {y} from './y.js'; export * from "./z"; const m = await import('./dyn.js');
export const run = () => { const inner = 1; function nested() {} };
class A { #p = 1; q = 2; static run() {} get z() { return 1 } }
export default function () {}
let a = 1, b = 2; const { d, e } = x;
function broken( { 
`,
    declares: `
constant fs 1
constant m 1
function run 2
  function nested 2
class A 3
  property #p 3
  property q 3
  method run 3
  method z 3
variable a 5
variable b 5
constant d 5
constant e 5
`,
    imports: ['1 fs', '1 ./y.js', '1 ./z', '1 ./dyn.js'],
  },
  {
    file: 'a.php',
    text: String.raw`<?php
namespace App\X;
use App\Y\{Z, W};
use App\Q as R;
require_once __DIR__ . '/b.php';
const K = 1;
function run() { }
final class A extends B { public int $f = 1; const C = 2; public function run(): void {} }
enum E: string { case P = 'p'; }
trait T {} interface I {}
`,
    declares: String.raw`
namespace App\X 2
constant K 6
function run 7
class A 8
  property $f 8
  constant C 8
  method run 8
enum E 9
  constant P 9
trait T 10
interface I 10
`,
    imports: ['3 Z', '3 W', '4 App\\Q', '5 ./b.php'],
  },
  {
    file: 'a.py',
    text: `import os.path as p, sys
from . import sib
from ..pkg.mod import thing as t
X: int = 1
class A(Base):
    y = 2
    @deco
    def run(self):
        z = 3
        def inner(): pass
async def top(): pass
`,
    declares: `
variable X 4
class A 5-10
  variable y 6
  method run 8-10
    function inner 10
function top 11
`,
    imports: ['1 os.path', '2 .sib', '3 ..pkg.mod'],
  },
  {
    file: 'a.rb',
    text: `require 'json'
require_relative 'lib/x'
module M
  X = 1
  class A < B
    def run(a) = 1
    def self.make; y = 2; end
    attr_reader :z
  end
end
`,
    declares: `
module M 3-10
  constant X 4
  class A 5-9
    method run 6
    method make 7
`,
    imports: ['1 json', '2 ./lib/x'],
  },
  {
    file: 'a.rs',
    text: `use crate::a::b;
use std::{fmt, io};
mod foo;
mod bar { fn inside() {} }
pub struct S { x: i32 }
enum E { A }
trait T { fn run(&self); }
impl T for S { fn run(&self) {} }
macro_rules! m { () => {} }
const C: i32 = 1;
`,
    declares: `
module foo 3
module bar 4
  function inside 4
struct S 5
enum E 6
trait T 7
  function run 7
impl S 8
  function run 8
macro m 9
constant C 10
`,
    imports: ['1 crate::a::b', '2 std::{fmt, io}', '3 mod foo'],
  },
  {
    file: 'a.tsx',
    text: `import React from 'react';
export interface Props { name: string; onRun(): void }
export const View = ({ name }: Props) => <b>{name}</b>;
export enum Kind { A }
abstract class A<T> { abstract run(): T; private x = 1; static make(): void {} }
namespace N { export type T = { deep: { deeper: 1 } } }
declare module 'x' {}
`,
    declares: `
interface Props 2
  property name 2
  method onRun 2
function View 3
enum Kind 4
class A 5
  method run 5
  property x 5
  method make 5
namespace N 6
  type T 6
    property deep 6
namespace 'x' 7
`,
    imports: ['1 react'],
  },
];
