#include "jobs/rounds.h"
namespace harbor::jobs { int rounds() { return 0; } }
