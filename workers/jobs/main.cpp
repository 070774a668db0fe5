#include "jobs/rounds.h"
int main() { return harbor::jobs::rounds(); }
