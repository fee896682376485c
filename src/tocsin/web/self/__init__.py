"""Where anyone enrols themselves, and sees, changes, pauses and erases what is kept about them."""
