// Kernels in plain C++, one word at a time, for every processor.
#include <bit>

#include "index/bitmap/little_endian.h"
#include "query/execution/kernels/kernel_loops.h"

namespace muster::query {
namespace {

struct Words {
  using Vector = uint64_t;
  static Vector Load(const uint8_t* bytes) { return index::LoadLittle<uint64_t>(bytes); }
  static void Store(uint8_t* bytes, Vector v) { index::StoreLittle<uint64_t>(bytes, v); }
  static Vector Zero() { return 0; }
  static Vector Ones() { return ~uint64_t{0}; }
  static Vector And(Vector x, Vector y) { return x & y; }
  static Vector Or(Vector x, Vector y) { return x | y; }
  static Vector Xor(Vector x, Vector y) { return x ^ y; }
  static Vector Minus(Vector x, Vector y) { return x & ~y; }
  static bool IsZero(Vector x) { return x == 0; }

  class Counter {
   public:
    void Add(Vector a, Vector b, Vector c, Vector d) {
      total_ += std::popcount(a) + std::popcount(b) + std::popcount(c) + std::popcount(d);
    }
    uint32_t Total() const { return static_cast<uint32_t>(total_); }

   private:
    int total_ = 0;
  };
};

}  // namespace

extern constexpr Kernels kPortableKernels = KernelLoops<Words>::Named("portable");

}  // namespace muster::query
