// One bit for each page of a file. For the sources of index/storage.
#ifndef MUSTER_INDEX_STORAGE_PAGES_PAGE_BITS_H_
#define MUSTER_INDEX_STORAGE_PAGES_PAGE_BITS_H_

#include <sys/mman.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "index/storage/pages/page_meter.h"

namespace muster::index {

// All unset at first. Takes address space for `file_bytes_max`, and memory only where bits were set. A page
// beyond that is never set. Thread-safe.
class PageBits {
 public:
  explicit PageBits(size_t file_bytes_max) : words_count_(file_bytes_max / kPageBytes / kBitsOfWord + 1) {
    void* const made = mmap(nullptr, words_count_ * sizeof(Word), PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (made != MAP_FAILED) words_ = static_cast<Word*>(made);
  }
  PageBits(const PageBits&) = delete;
  PageBits& operator=(const PageBits&) = delete;
  ~PageBits() {
    if (words_ != nullptr) munmap(words_, words_count_ * sizeof(Word));
  }

  // False if there was no address space for the bits: Set has no effect then.
  bool works() const { return words_ != nullptr; }
  bool Has(uint64_t page) const {
    const uint64_t word = page / kBitsOfWord;
    if (words_ == nullptr || word >= words_count_) return false;
    return (words_[word].load(std::memory_order_acquire) >> (page % kBitsOfWord) & 1) != 0;
  }
  void Set(uint64_t page) {
    const uint64_t word = page / kBitsOfWord;
    if (words_ == nullptr || word >= words_count_) return;
    words_[word].fetch_or(uint64_t{1} << (page % kBitsOfWord), std::memory_order_release);
  }

 private:
  using Word = std::atomic<uint64_t>;
  static_assert(sizeof(Word) == sizeof(uint64_t) && Word::is_always_lock_free);
  static constexpr uint64_t kBitsOfWord = 64;

  const size_t words_count_;
  Word* words_ = nullptr;  // null: there was no address space for them, so every page is checked each time
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_STORAGE_PAGES_PAGE_BITS_H_
