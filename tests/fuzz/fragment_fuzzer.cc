// libFuzzer over fragment bytes and the kernels; the corpus is tests/fuzz/corpus/fragment.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/fragment_body.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string wrong = muster::fuzz::CheckFragment({reinterpret_cast<const char*>(bytes), size});
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
  }
  return 0;
}
