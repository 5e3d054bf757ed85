// libFuzzer over expressions with segments; the corpus is tests/fuzz/corpus/expansion.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/expansion_body.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string wrong = muster::fuzz::CheckExpansion({reinterpret_cast<const char*>(bytes), size});
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
  }
  return 0;
}
