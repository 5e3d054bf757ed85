// Scratch registers are returned when their scope ends, exactly once.
#include "query/execution/kernels/registers.h"

#include <set>

#include "gtest/gtest.h"

namespace muster::query {
namespace {

TEST(RegisterScope, WhatItTookGoesBackWhenItEnds) {
  RegisterStack stack;
  RegisterScope outer(stack);
  const ChunkRegister* const kept = &outer.Take();
  std::set<const ChunkRegister*> first;
  {
    RegisterScope inner(stack);
    for (int i = 0; i < 3; ++i) first.insert(&inner.Take());
    EXPECT_EQ(inner.taken(), 3u);
  }
  EXPECT_EQ(first.size(), 3u);
  EXPECT_FALSE(first.contains(kept));
  EXPECT_EQ(outer.taken(), 1u);
  RegisterScope again(stack);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(first.contains(&again.Take())) << "registers are used again";
  again.GiveBack();
  EXPECT_EQ(again.taken(), 0u);
  EXPECT_EQ(outer.taken(), 1u);
}

TEST(RegisterScopeDeathTest, NoScopeGivesOutWhatAnInnerOneHas) {
  RegisterStack stack;
  RegisterScope outer(stack);
  RegisterScope inner(stack);
  inner.Take();
  EXPECT_DEATH(outer.Take(), "");
}

TEST(StackScope, ValuesGoWhenItEnds) {
  std::vector<int> stack;
  StackScope<int> outer(stack);
  outer.Push() = 1;
  {
    StackScope<int> inner(stack);
    inner.Push() = 2;
    inner.Push() = 3;
    EXPECT_EQ(inner.size(), 2u);
    EXPECT_EQ(inner[0], 2);
  }
  EXPECT_EQ(outer.size(), 1u);
  EXPECT_EQ(outer[0], 1);
}

}  // namespace
}  // namespace muster::query
