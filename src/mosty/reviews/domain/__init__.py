"""What is done with reviews; each verb asks its rule, holds the call, and writes history."""
