// How many files this process may have open.
#ifndef MUSTER_SERVER_LIFECYCLE_OPEN_FILES_H_
#define MUSTER_SERVER_LIFECYCLE_OPEN_FILES_H_

#include <cstddef>
#include <cstdint>

namespace muster::server {

// Raises the soft limit to the hard one, since every population keeps six files open and every connection
// one. Returns the limit that holds from now on; if it can't be raised, the old one. 0: it can't be read.
uint64_t RaiseOpenFileLimit();

// The most populations under that limit: `asked`, or fewer if half of the files are not enough for that many;
// at least one. This half is reserved for them, however many clients connect.
size_t PopulationsWithin(size_t asked, uint64_t open_files);

// The most connections under that limit: `asked`, or as many as the files of `populations` populations and of
// the rest of the process leave; at least four, unless fewer are asked for.
int ConnectionsWithin(int asked, size_t populations, uint64_t open_files);

}  // namespace muster::server

#endif  // MUSTER_SERVER_LIFECYCLE_OPEN_FILES_H_
