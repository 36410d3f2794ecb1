SELECT state, class FROM items WHERE position = ?1;
